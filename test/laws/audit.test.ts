// The laws of the audit. Freeze any one call of a launch, end the launch, and let the call through long after: what it makes
// is in no ledger, and the audit takes it away, so that the world is what the ledgers say. What is not ours it never touches.
import { describe, expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import type { Call } from '../../shared/around.ts'
import { CLUSTER, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import {
  askForCluster,
  askForWorkspace,
  counted,
  end,
  heldBy,
  inCloud,
  inKubernetes,
  LONG,
} from '../loop/whole.ts'
import { type Gate, gate, gatedWorld } from '../protocol/gate.ts'

/** A thing is seen twice and removed within this time, and what stood on it within another. */
const AUDITS = minutes(80)

interface Frozen {
  readonly loop: Loop
  readonly gate: Gate
}

async function start(): Promise<Frozen> {
  const own = gate()
  const loop = await startLoop({ wrapWorld: (world) => gatedWorld(world, own) })
  return { loop, gate: own }
}

const launches = {
  workspace: { path: WORKSPACE, ask: askForWorkspace, over: 'NOT_PROVISIONED' },
  cluster: { path: CLUSTER, ask: askForCluster, over: 'TERMINATED' },
} as const
type Launch = keyof typeof launches

const PORTS = new Set(['gke', 'network', 'kubernetes', 'bus'])
const makes = ({ port, method }: Call): boolean =>
  PORTS.has(port) && isMutation(method) && method !== 'publish'

/** What the launch needs is there; calls are counted from now on. */
async function before(launch: Launch): Promise<Frozen> {
  const frozen = await start()
  if (launch === 'cluster') {
    await askForWorkspace(frozen.loop)
    await frozen.loop.reach(WORKSPACE, 'RUNNING')
  }
  frozen.gate.calls.length = 0
  return frozen
}

/** The calls of a launch that nothing disturbs. */
async function callsOf(launch: Launch): Promise<readonly Call[]> {
  const { loop, gate } = await before(launch)
  await launches[launch].ask(loop)
  await loop.reach(launches[launch].path, 'RUNNING')
  await loop.stop()
  return gate.calls.filter(makes)
}

async function frozenAt(launch: Launch, nth: number): Promise<void> {
  const { loop, gate } = await before(launch)
  const { path, ask, over } = launches[launch]
  let met = 0
  const late = gate.hold('before', (call) => makes(call) && met++ === nth)
  await ask(loop)
  await loop.clock.until('the call is frozen', () => late.stopped() === 1, LONG)
  await end(loop, path)
  await loop.reach(path, over)
  late.release()
  await loop.clock.advance(AUDITS)
  expect(inKubernetes(loop)).toEqual([])
  expect(heldBy(loop, path)).toEqual([])
  // The workspace's own, and the two that clusters share.
  expect(counted(loop)['nodePools'] ?? 0).toBeLessThanOrEqual(3)
  if (launch === 'cluster') {
    await end(loop, WORKSPACE)
    await loop.reach(WORKSPACE, 'NOT_PROVISIONED')
  }
  expect(inCloud(loop)).toEqual([])
  expect(await loop.stack.bus.getTopic('pod-snapshot-analytics.acme')).toBeUndefined()
  await loop.stop()
}

describe.each(['workspace', 'cluster'] as const)('any one call of a %s launch', (launch) => {
  it('that comes long after the end leaves nothing for good', async () => {
    const calls = await callsOf(launch)
    expect(calls.length).toBeGreaterThan(10)
    for (const [nth, { port, method }] of calls.entries()) {
      await frozenAt(launch, nth).catch((cause: unknown) => {
        throw new Error(`call ${nth} frozen: ${port}.${method}`, { cause })
      })
    }
  }, 120_000)
})
