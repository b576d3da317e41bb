// Events are hints: with every one of them lost the sweep alone brings a launch, and its end, to the goal, in bounded time;
// doubled and out of order they change nothing but latency.
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../infra/local/clock.ts'
import type { InProcessOptions } from '../../infra/local/stack/in-process.ts'
import type { Subject } from '../../shared/domain/plan.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { registry } from '../../shared/steps/registry.ts'
import type { RunnableStep } from '../../shared/steps/step.ts'
import { CLUSTER, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import {
  askForCluster,
  askForWorkspace,
  counted,
  heldBy,
  inKubernetes,
  WITH_POOLS,
} from './whole.ts'

/** The Scheduler's tick: what is due is found by then. */
const SWEEP = minutes(1)
const EXECUTORS = 10

/** Everything is lost but the two requests and the Scheduler's tick. */
const deaf: Partial<InProcessOptions> = {
  busKnobs: {
    drop: (name) => !['workspace-requested', 'cluster-requested', 'sweep'].includes(name),
  },
  hostKnobs: { drop: () => true },
}

const doubled = { duplicate: () => 1 }

interface Launched {
  readonly loop: Loop
  /** Milliseconds from each request until what it asked for ran. */
  readonly workspaceMs: number
  readonly clusterMs: number
}

async function launch(options: Partial<InProcessOptions>, minutesIdle = 60): Promise<Launched> {
  const loop = await startLoop(options)
  const { clock } = loop
  const begun = clock.now()
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  const workspaceMs = clock.now() - begun
  // Away from the tick, as requests are.
  await clock.advance(seconds(7))
  const asked = clock.now()
  await askForCluster(loop, { count: EXECUTORS, autoterminationMinutes: minutesIdle })
  await loop.reach(CLUSTER, 'RUNNING')
  return { loop, workspaceMs, clusterMs: clock.now() - asked }
}

/** Steps on the longest path of one kind of entity. */
function depth(kind: Subject['kind']): number {
  const depthOf = (step: Pick<RunnableStep, 'name'>): number => {
    const after = registry.find(({ name }) => name === step.name)?.after ?? {}
    return 1 + Math.max(0, ...Object.values(after).map(depthOf))
  }
  return Math.max(...registry.filter((step) => step.kind === kind).map(depthOf))
}

/** What a launch of ten leaves in the world: everything once, a machine for each pod. */
function expectOneOfEach(loop: Loop): void {
  const pods = EXECUTORS + 1
  const system = 2
  expect(counted(loop)).toEqual({
    ...WITH_POOLS,
    namespaces: 1,
    pods,
    instances: pods + system,
  })
}

/** What is left of the idle cluster once it has ended. */
async function leftAtItsEnd(loop: Loop): Promise<string[]> {
  await loop.reach(CLUSTER, 'TERMINATED')
  return [...inKubernetes(loop), ...heldBy(loop, CLUSTER)]
}

describe('with every hint lost', () => {
  it('the sweep alone launches workspace and cluster, within two periods a step', async () => {
    const told = await launch({})
    const untold = await launch(deaf)
    expectOneOfEach(untold.loop)
    const ticks = (untold.workspaceMs + untold.clusterMs) / SWEEP + 1
    expect(untold.loop.stack.host.counts.deliveries).toBeLessThanOrEqual(2 + ticks)
    // What the cloud itself takes is the launch that was told everything.
    expect(untold.workspaceMs - told.workspaceMs).toBeLessThanOrEqual(
      2 * SWEEP * depth('workspace'),
    )
    // A cluster waits for its pools, and for one look at its pods.
    const steps = depth('pool') + depth('cluster') + 1
    expect(untold.clusterMs - told.clusterMs).toBeLessThanOrEqual(2 * SWEEP * steps)
    await Promise.all([told.loop.stop(), untold.loop.stop()])
  })

  it('the sweep alone ends an idle cluster', async () => {
    const limit = 10
    const { loop } = await launch(deaf, limit)
    const running = loop.clock.now()
    expect(await leftAtItsEnd(loop)).toEqual([])
    expect(await loop.cluster()).toMatchObject({ reason: { code: 'INACTIVITY', type: 'SUCCESS' } })
    // Asked twice, a limit apart, because nobody tells of the answer to the first; then taken down step by step.
    const steps = depth('cluster')
    expect(loop.clock.now() - running).toBeGreaterThanOrEqual(minutes(limit))
    expect(loop.clock.now() - running).toBeLessThanOrEqual(
      2 * (minutes(limit) + SWEEP) + 2 * SWEEP * steps,
    )
    await loop.stop()
  })
})

describe('with every hint told', () => {
  it('the end of a long operation is heard, also after the sweep has looked at it in vain', async () => {
    let isSweepOff = false
    const drop = (name: string): boolean => name === 'sweep' && isSweepOff
    const loop = await startLoop({ busKnobs: { drop } })
    await askForWorkspace(loop)
    await loop.clock.advance(3 * SWEEP)
    isSweepOff = true
    await loop.reach(WORKSPACE, 'RUNNING', minutes(10))
    expect((await loop.entity(WORKSPACE))?.state).toBe('RUNNING')
    await loop.stop()
  })
})

describe('whatever happens to events', () => {
  it('everything doubled: the same end, nothing made twice', async () => {
    const { loop } = await launch({ busKnobs: doubled, hostKnobs: doubled }, 10)
    await loop.clock.advance(minutes(5))
    expectOneOfEach(loop)
    expect(await leftAtItsEnd(loop)).toEqual([])
    await loop.stop()
  })

  it.each([1, 2, 3, 4, 5])('delayed at random and doubled, seed %i: the same end', async (seed) => {
    const random = seededRandom(seed)
    const knobs = {
      delayMs: () => random() * seconds(30),
      duplicate: () => Math.floor(random() * 3),
    }
    const { loop } = await launch({ busKnobs: knobs, hostKnobs: knobs }, 15)
    await loop.clock.advance(minutes(5))
    expectOneOfEach(loop)
    expect(await leftAtItsEnd(loop)).toEqual([])
    await loop.stop()
  })
})
