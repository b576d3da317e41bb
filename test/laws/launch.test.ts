// A fault at a step of a whole launch, then undo: the world is empty again but for shared pools. And the same fault, then
// nothing done about it: the launch still ends, with nothing made twice.
import { describe, expect, it } from 'vitest'
import { seconds } from '../../shared/domain/time.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { type CallSite, type Faults, faults, passing, type When } from '../faults.ts'
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
  WITH_POOLS,
  WORKSPACE_ALONE,
} from '../loop/whole.ts'

interface Disturbed {
  readonly loop: Loop
  readonly faults: Faults
}

async function start(): Promise<Disturbed> {
  let injected: Faults | undefined
  const loop = await startLoop({
    wrapWorld: (world) => (injected = faults(world.clock)).wrap(world),
  })
  if (!injected) throw new Error('the stack takes no faults')
  return { loop, faults: injected }
}

const launches = {
  workspace: { path: WORKSPACE, ask: askForWorkspace },
  cluster: { path: CLUSTER, ask: askForCluster },
} as const
type Launch = keyof typeof launches

/** A stack in which what the launch needs is there, counting calls from now on. */
async function before(launch: Launch): Promise<Disturbed> {
  const disturbed = await start()
  if (launch === 'cluster') {
    await askForWorkspace(disturbed.loop)
    await disturbed.loop.reach(WORKSPACE, 'RUNNING')
    // What it does last is no call of the cluster's launch.
    await disturbed.loop.clock.advance(seconds(1))
  }
  disturbed.faults.record()
  return disturbed
}

async function callsOf(launch: Launch): Promise<readonly CallSite[]> {
  const { loop, faults } = await before(launch)
  await launches[launch].ask(loop)
  await loop.reach(launches[launch].path, 'RUNNING')
  await loop.stop()
  return faults.calls()
}

/** Takes everything down, and looks whether it is gone. */
async function expectEmptied(loop: Loop): Promise<void> {
  if (await loop.entity(CLUSTER)) {
    await end(loop, CLUSTER)
    await loop.reach(CLUSTER, 'TERMINATED')
    await loop.clock.advance(LONG)
    expect(inKubernetes(loop)).toEqual([])
    expect(heldBy(loop, CLUSTER)).toEqual([])
    expect([WORKSPACE_ALONE.nodePools, 2, WITH_POOLS.nodePools]).toContain(
      counted(loop)['nodePools'],
    )
  }
  await end(loop, WORKSPACE)
  const isDown = async (): Promise<boolean> =>
    ['NOT_PROVISIONED', 'FAILED'].includes((await loop.entity(WORKSPACE))?.state ?? '')
  await loop.clock.until('the workspace is gone', isDown, 2 * LONG)
  await loop.clock.advance(LONG)
  expect(inCloud(loop)).toEqual([])
  expect(heldBy(loop, WORKSPACE)).toEqual([])
  expect(await loop.stack.bus.getTopic('pod-snapshot-analytics.acme')).toBeUndefined()
}

async function through(launch: Launch, site: CallSite, when: When, how: 'go on' | 'undo at once') {
  const { loop, faults } = await before(launch)
  const { path, ask } = launches[launch]
  let isStruck = false
  faults.at(site, when, () => (isStruck = true))
  await ask(loop)
  await loop.clock.until('the fault strikes', () => isStruck, LONG)
  if (how === 'go on' && when !== 'refused') {
    await loop.reach(path, 'RUNNING')
    await loop.clock.advance(LONG)
    const { nodePools } = launch === 'cluster' ? WITH_POOLS : WORKSPACE_ALONE
    expect(counted(loop)).toMatchObject({ ...WORKSPACE_ALONE, nodePools })
    if (launch === 'cluster') expect(counted(loop)).toMatchObject({ namespaces: 1, pods: 4 })
  }
  await expectEmptied(loop)
  await loop.stop()
}

/** Where it went wrong, and how. */
async function failuresThrough(
  launch: Launch,
  calls: readonly CallSite[],
  whens: (at: number) => readonly When[],
  how: Parameters<typeof through>[3],
): Promise<string[]> {
  if (calls.length === 0) throw new Error('there is no call to disturb')
  const failures: string[] = []
  for (const [at, site] of calls.entries()) {
    for (const when of whens(at)) {
      await through(launch, site, when, how).catch((error: unknown) => {
        failures.push(`${site.port}.${site.method} ${site.nth}, ${when}, ${how}: ${String(error)}`)
      })
    }
  }
  return failures
}

/** One kind of fault for each call, all kinds in turn. */
const inTurn = (at: number): readonly When[] => passing.slice(at % passing.length).slice(0, 1)

describe.each(['workspace', 'cluster'] as const)('a launch of a %s', (launch) => {
  const writes = async (isOurs: boolean): Promise<CallSite[]> =>
    (await callsOf(launch)).filter(
      ({ port, method }) => (port === 'store') === isOurs && isMutation(method),
    )
  const outside = (): Promise<CallSite[]> => writes(false)
  const inside = (): Promise<CallSite[]> => writes(true)

  it('undone right after a fault at any call to the outside leaves nothing', async () => {
    expect(await failuresThrough(launch, await outside(), () => passing, 'undo at once')).toEqual(
      [],
    )
  })

  it('goes on after a fault at any call to the outside, making nothing twice', async () => {
    expect(await failuresThrough(launch, await outside(), inTurn, 'go on')).toEqual([])
  })

  it('goes on after a fault at any write to the store', async () => {
    expect(await failuresThrough(launch, await inside(), inTurn, 'go on')).toEqual([])
  })

  // A sample: steps meet a fault at each of their reads in laws of their own.
  it('goes on after a fault at a read: each of Compute, every fourth of the others', async () => {
    const reads = (await callsOf(launch)).filter(({ method }) => !isMutation(method))
    const sampled = reads.filter(({ port }, at) => at % 4 === 0 || port === 'network')
    expect(await failuresThrough(launch, sampled, () => ['before'], 'go on')).toEqual([])
  })

  it('undoes itself where any call to the outside is refused for good', async () => {
    expect(await failuresThrough(launch, await outside(), () => ['refused'], 'go on')).toEqual([])
  })
})
