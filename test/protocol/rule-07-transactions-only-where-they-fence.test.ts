// Protocol rule 7. Transactions are for the fences: accept (with take-down and freeze), claim and settle. Everything else
// is one conditional write, and runs, which claims read in common, are written by few.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { World } from '../../shared/ports.ts'
import { around } from '../../shared/around.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { acceptWorkspace } from '../../shared/runtime/accept-workspace.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { runAndAdvance } from '../../shared/runtime/advance.ts'
import { sweep } from '../../shared/runtime/sweep.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { Attempt } from '../../shared/domain/records.ts'
import { clusterRequested } from '../../events/cluster-requested.ts'
import { workspaceRequested } from '../../events/workspace-requested.ts'
import { announce } from '../../shared/runtime/announce.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { snapshot, uidOf } from './snapshots.ts'
import { CLUSTER, event, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
/** How many transactions each function of the runtime asked for, and which wrote documents of runs outside of them. */
let transactions: Map<string, number>
let runWriters: Set<string>
let world: World

const reason = { code: 'USER_REQUEST', type: 'SUCCESS' as const, message: 'a test ends it' }

/** Who called the port: the first function of the runtime on the stack, with its file. */
function caller(): string {
  const frames = (new Error('where').stack ?? '').matchAll(
    /at (?:async )?(\w+) \(.*shared\/runtime\/([a-z-]+)\.ts/g,
  )
  const shell = new Set(['around', 'counted-store', 'invocation', 'stored'])
  const calls = [...frames].map(([, name = '', file = '']) => ({ name, file }))
  const found = calls.find(({ file }) => !shell.has(file))
  return found ? `${found.file} ${found.name}` : 'unknown'
}

beforeEach(async () => {
  scene = await startScene({ deaf: ['step-due', 'sweep', 'operation-ended', 'pod-ready'] })
  transactions = new Map()
  runWriters = new Set()
  world = {
    ...scene.main.world,
    store: around('store', scene.main.world.store, async ({ method, args }, proceed) => {
      const by = caller()
      if (method === 'transaction') transactions.set(by, (transactions.get(by) ?? 0) + 1)
      if (method === 'commit' && JSON.stringify(args).includes('/runs/')) runWriters.add(by)
      return proceed()
    }),
  }
})
afterEach(() => scene.stop())

/** Runs every attempt, the sweep each minute, until the entity has the state. */
async function drive(path: string, state: string): Promise<void> {
  scene.store.onWritten(({ type, path: written, data }) => {
    if (type !== 'created' || !written.includes('/attempts/')) return
    scene.clock.after(0, () => void runAndAdvance(world, Attempt.parse(data)))
  })
  for (let minute = 0; minute < 30; minute++) {
    if ((await scene.entity(path)).state === state) return
    await scene.clock.advance(60_000)
    await scene.run(sweep(world))
  }
  throw new Error(`${path} is not ${state}`)
}

async function request(name: 'workspace-requested' | 'cluster-requested'): Promise<void> {
  const message = { id: name, data: event(name, name) }
  if (name === 'workspace-requested') {
    const intake = takeIn(message, workspaceRequested)
    if (intake.is === 'request') await scene.run(acceptWorkspace(world, intake.ref, intake.data))
  } else {
    const intake = takeIn(message, clusterRequested)
    if (intake.is === 'request') await scene.run(acceptCluster(world, intake.ref, intake.data))
  }
}

async function reportOf(executors: number) {
  const level = { executors: { total: executors, ready: executors, failed: 0 } }
  return snapshot(scene, await uidOf(scene), executors, executors, level)
}

describe('rule 7: transactions only where they fence', () => {
  it('a whole life, from request to TERMINATED, asks for no other transactions, and few write runs', async () => {
    await request('workspace-requested')
    await request('cluster-requested')
    await drive(WORKSPACE, 'RUNNING')
    await drive(CLUSTER, 'RUNNING')
    await scene.until('settled', async () => (await scene.currentRun(CLUSTER)).is === 'settled')
    await scene.clock.advance(60_000)
    await scene.run(observePods(world, CLUSTER, await reportOf(7)))
    expect(await scene.currentRun(CLUSTER)).toMatchObject({ is: 'active' })
    await scene.run(observePods(world, CLUSTER, await reportOf(10)))
    const facts = scene.store.dump().filter(({ path }) => path.includes('/facts/'))
    for (const { path } of facts) await scene.run(announce(world, path))
    await scene.run(takeDown(world, CLUSTER, { generation: 1, reason, by: 'test' }))
    await scene.run(advance(world, CLUSTER))
    await drive(CLUSTER, 'TERMINATED')

    const fences = [
      'accept-cluster-wish acceptClusterWish',
      'accept-workspace acceptWorkspace',
      'claim claim',
      'freeze-plan freezePlan',
      'settle settle',
      // A claim that is recorded at once.
      'store-step runInStore',
      'take-down takeDown',
      'want-pool commitUnlessWorkspaceGoes',
    ]
    expect([...transactions.keys()].toSorted()).toEqual(fences)
    expect(transactions.get('accept-workspace acceptWorkspace')).toBe(1)
    expect(transactions.get('accept-cluster-wish acceptClusterWish')).toBe(1)
    expect(transactions.get('take-down takeDown')).toBe(1)
    // Runs are written outside transactions by the sweep's bump, by reopening, and with a new pool.
    expect([...runWriters].filter((by) => !/^(sweep|want-pool) |^settle reopen$/.test(by))).toEqual(
      [],
    )
  })

  it('an attempt costs one transaction, its claim, and one conditional write, its record', async () => {
    await request('workspace-requested')
    transactions.clear()
    const before = scene.store.dump().length
    const commits = scene.main.gate.calls.length
    const handOutWhatFollows = 0
    await scene.run(
      runAndAdvance(
        world,
        { entity: WORKSPACE, generation: 1, key: 'network-g1', n: 1 },
        handOutWhatFollows,
      ),
    )
    const made = scene.main.gate.calls
      .slice(commits)
      .filter(({ port, method }) => port === 'store' && method === 'commit')
    expect([...transactions]).toEqual([['claim claim', 1]])
    const records = made.filter(({ args }) => JSON.stringify(args).includes('/ledger/network-g1'))
    expect(records).toHaveLength(1)
    expect(scene.store.dump().length).toBeGreaterThan(before)
  })
})
