// Protocol rule 13, exhaustively: the one who is about to end an idle cluster is stopped before each of its calls in turn,
// and meanwhile something happens. What happened before the end wins; nothing is ended twice.
import { afterEach, describe, expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { considerIdle } from '../../shared/runtime/idle.ts'
import { ask, change, type Idle, startIdle, stopIdle } from './idle-scene.ts'
import { CLUSTER } from './scene.ts'

afterEach(stopIdle)

type Act = (idle: Idle) => Promise<unknown>

/** After each of these the cluster may not be ended by what was found out before. */
const WORK: Readonly<Record<string, Act>> = {
  'a job starts': (idle) =>
    idle.report({ runningJobs: 1, lastActiveAt: idle.scene.clock.now() }, idle.drain()),
  'a session opens': (idle) =>
    idle.report({ openSessions: 1, lastActiveAt: idle.scene.clock.now() }, idle.drain()),
  'a job came and went': (idle) =>
    idle.report({ lastActiveAt: idle.scene.clock.now() }, idle.drain()),
  'the driver is silent': (idle) => idle.report(null, idle.drain()),
  'its user resizes it': (idle) => change(idle, { action: 'resize', executors: { count: 12 } }),
  'its user restarts it': (idle) => change(idle, { action: 'restart' }),
}

/** How a cluster comes to be asked: not drained yet, or drained, seen to be, and idle still. */
const STAGES: Readonly<Record<string, Act>> = {
  'before it is drained': async () => undefined,
  'when it is drained and seen to be': async (idle) => {
    await ask(idle)
    const mark = idle.drain()
    expect(mark).toBeDefined()
    // Kept, but not acted on: the one who is stopped shall do that.
    await idle.reportOnly({}, mark)
  },
}

interface Ended {
  /** Whether the cluster was still wanted when the act had been done. */
  readonly wasUp: boolean
  readonly isUp: boolean
  readonly idle: Idle
}

/** Stops one who asks before their `nth` call; undefined when they make fewer calls. */
async function stoppedBefore(nth: number, stage: Act, act: Act): Promise<Ended | undefined> {
  const idle = await startIdle()
  const { scene } = idle
  await stage(idle)
  const slow = scene.process()
  let calls = 0
  const held = slow.gate.hold('before', () => ++calls === nth)
  const asking = considerIdle(slow.world, CLUSTER)
  await scene.clock.advance(10)
  if (held.stopped() === 0) {
    await scene.run(asking)
    return undefined
  }
  await act(idle)
  const wasUp = (await scene.entity(CLUSTER)).want === 'up'
  held.release()
  await scene.run(asking)
  return { wasUp, isUp: (await scene.entity(CLUSTER)).want === 'up', idle }
}

describe.each(Object.entries(STAGES))('one who asks, %s', (_, stage) => {
  it.each(Object.entries(WORK))(
    'and meanwhile %s: what came first wins',
    async (_name, act) => {
      let stops = 0
      for (let nth = 1; ; nth++) {
        const ended = await stoppedBefore(nth, stage, act)
        if (!ended) break
        stops++
        expect({ nth, ...ended }).toMatchObject({ isUp: ended.wasUp })
      }
      expect(stops).toBeGreaterThan(2)
    },
    60_000,
  )

  it('and meanwhile another asks: it is ended once at most', async () => {
    for (let nth = 1; ; nth++) {
      const ended = await stoppedBefore(nth, stage, ask)
      if (!ended) break
      const { generation, want } = await ended.idle.scene.entity(CLUSTER)
      expect(generation).toBe(want === 'down' ? 2 : 1)
    }
  }, 60_000)
})

describe('one who asks undisturbed', () => {
  it('drains, and ends it when it is idle still', async () => {
    const idle = await startIdle()
    await STAGES['when it is drained and seen to be']?.(idle)
    expect((await idle.scene.entity(CLUSTER)).state).toBe('RUNNING')
    await ask(idle)
    expect((await idle.scene.entity(CLUSTER)).state).toBe('TERMINATING')
  })

  it('takes a drain back that was set for what the cluster was before its resize', async () => {
    const idle = await startIdle()
    await ask(idle)
    await change(idle, { action: 'resize', executors: { count: 12 } })
    await idle.report({}, idle.drain())
    await ask(idle)
    expect(idle.drain()).toBeUndefined()
    expect(await idle.scene.entity(CLUSTER)).toMatchObject({ want: 'up', generation: 2 })
  })

  it('asks anew where the drain that was seen is of before its resize, and stands there still', async () => {
    const idle = await startIdle()
    await ask(idle)
    const before = idle.drain()
    await change(idle, { action: 'resize', executors: { count: 9 } })
    idle.scene.deaf.delete('sweep')
    await idle.scene.reach(CLUSTER, 'RUNNING')
    idle.scene.deaf.add('sweep')
    // Nobody has asked since, for a whole limit.
    await idle.scene.clock.advance(minutes(61))
    await idle.reportOnly({}, before)
    expect(await idle.scene.entity(CLUSTER)).toMatchObject({ state: 'RUNNING', generation: 2 })
    await ask(idle)
    expect(await idle.scene.entity(CLUSTER)).toMatchObject({ want: 'up', generation: 2 })
    expect(idle.drain()).toMatch(/^2-/)
  })
})

describe('clocks that are wrong', () => {
  it.each([
    ['a week behind', -7 * 24 * 60],
    ['a week ahead', 7 * 24 * 60],
  ])("a driver's that is %s ends nothing before the limit has passed", async (_, off) => {
    const idle = await startIdle()
    const { clock } = idle.scene
    // It has just worked, by the right clock.
    await idle.report({ runningJobs: 1, lastActiveAt: clock.now() + minutes(off) })
    await idle.report({ lastActiveAt: clock.now() + minutes(off) })
    await clock.advance(minutes(59))
    await ask(idle)
    await idle.report({ lastActiveAt: clock.now() + minutes(off) }, idle.drain())
    await ask(idle)
    expect(idle.drain()).toBeUndefined()
    expect(await idle.scene.entity(CLUSTER)).toMatchObject({ state: 'RUNNING', want: 'up' })
  })

  it("a driver's that jumps back and forth puts the end off, and never brings it nearer", async () => {
    const idle = await startIdle()
    const { clock } = idle.scene
    for (const jump of [-10_000, 10_000, -5_000, 0]) {
      await idle.report({ runningJobs: 1, lastActiveAt: clock.now() })
      await idle.report({ lastActiveAt: Math.max(0, clock.now() + minutes(jump)) })
      await clock.advance(minutes(30))
      await ask(idle)
      expect(idle.drain()).toBeUndefined()
    }
  })
})
