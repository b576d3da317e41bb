// Protocol rule 13, for sessions: opened at every point of an idle cluster's end, and by an agent that is stopped before and
// after each of its calls. One that was admitted is never lost; one that was refused in a drain has called the end off.
import { afterEach, describe, expect, it } from 'vitest'
import { clusterFact } from '../../infra/workspace/agent/cluster-fact.ts'
import {
  type AdmitSession,
  sessionAdmission,
} from '../../infra/workspace/agent/session-admission.ts'
import type { SessionAnswer } from '../../shared/domain/session-admission.ts'
import { minutes } from '../../shared/domain/time.ts'
import { AGENT_USER } from '../../shared/manifests/agent.ts'
import { around } from '../../shared/around.ts'
import { considerIdle } from '../../shared/runtime/idle.ts'
import { gate, type Gate } from './gate.ts'
import { ask, change, type Idle, startIdle, stopIdle } from './idle-scene.ts'
import { CLUSTER } from './scene.ts'

afterEach(stopIdle)

/** The agent's admission, behind a gate, by what it knew of the custom resource when it was made. */
function agentOf(idle: Idle, own: Gate = gate()): AdmitSession {
  const { scene } = idle
  const [engine] = scene.data.clusters.values()
  const found = idle.resource()
  const fact = found && clusterFact(found)
  if (!engine) throw new Error('there is no Kubernetes')
  return sessionAdmission({
    kubernetes: around('kubernetes', engine.face(AGENT_USER), own.hook),
    clock: scene.clock,
    known: (namespace) => (fact?.namespace === namespace ? fact : undefined),
    isCurrent: () => true,
    driver: () => 'ready',
  })
}

const namespaceOf = (idle: Idle): string => idle.resource()?.metadata.namespace ?? ''
const isUp = async ({ scene }: Idle): Promise<boolean> =>
  (await scene.entity(CLUSTER)).want === 'up'
const codeOf = (answer: SessionAnswer): string =>
  answer.is === 'refused' ? answer.reason.code : answer.is

type Act = (idle: Idle) => Promise<unknown>
const report: Act = (idle) => idle.report({}, idle.drain())

/** What ends an idle cluster when nobody comes, in order. */
const END: readonly Act[] = [
  ask,
  // Kept, but not acted on: the next shall do that.
  (idle) => idle.reportOnly({}, idle.drain()),
  ask,
]

/** From then on the driver has nothing to do, and idle.timeout comes again and again, for almost another limit. */
async function goOn(idle: Idle): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    if (!(await isUp(idle))) return
    await report(idle)
    await ask(idle)
    await ask(idle)
    await idle.scene.clock.advance(minutes(15))
  }
}

/** What is wrong with how it came out, which must be nothing whatever came between. */
async function faultsOf(idle: Idle, answer: SessionAnswer): Promise<string[]> {
  await goOn(idle)
  const up = await isUp(idle)
  const code = codeOf(answer)
  const known = ['admitted', 'CLUSTER_DRAINING', 'CLUSTER_ENDED'].includes(code)
  const again = up && codeOf(await openOn(idle))
  return [
    ...(known ? [] : [`the answer was ${code}`]),
    ...(code === 'admitted' && !up ? ['it was admitted, and lost'] : []),
    ...(again === false || again === 'admitted' ? [] : [`the next one was told ${again}`]),
    ...(up && idle.drain() !== undefined ? ['the drain has stayed'] : []),
  ]
}

async function openOn(idle: Idle): Promise<SessionAnswer> {
  return await idle.scene.run(agentOf(idle)(namespaceOf(idle)))
}

describe('a session', () => {
  it.each([
    ['before the drain', 0, 'admitted', true],
    ['in the drain, before the agent has reported it', 1, 'CLUSTER_DRAINING', true],
    ['in the drain, after the report that would end it', 2, 'CLUSTER_DRAINING', true],
    ['after the decision', 3, 'CLUSTER_DRAINING', false],
  ] as const)('%s', async (_, steps, code, up) => {
    const idle = await startIdle()
    for (const step of END.slice(0, steps)) await step(idle)
    const answer = await openOn(idle)
    expect(codeOf(answer)).toBe(code)
    expect(await faultsOf(idle, answer)).toEqual([])
    expect(await isUp(idle)).toBe(up)
  })

  it('that comes when the custom resource goes is told that the cluster has ended', async () => {
    const idle = await startIdle()
    const admit = agentOf(idle)
    const namespace = namespaceOf(idle)
    for (const step of END) await step(idle)
    idle.scene.deaf.delete('sweep')
    await idle.scene.reach(CLUSTER, 'TERMINATED')
    expect(await idle.scene.run(admit(namespace))).toMatchObject({
      reason: { code: 'CLUSTER_ENDED', mend: expect.stringContaining('start it') },
    })
  })

  it('counts whatever the clocks of agent and driver say', async () => {
    const idle = await startIdle()
    const early = idle.scene.clock.now() - minutes(7 * 24 * 60)
    await openOn(idle)
    await ask(idle)
    await idle.report({ lastActiveAt: early }, idle.drain())
    await ask(idle)
    expect([await isUp(idle), idle.drain()]).toEqual([true, undefined])
  })
})

/** What else may happen between one step and the next. */
const BETWEEN: Readonly<Record<string, Act>> = {
  'the agent is silent': async (idle) => {
    await idle.report(null, idle.drain())
  },
  'its user resizes it': (idle) => change(idle, { action: 'resize', executors: { count: 12 } }),
  'its user asks for it again': async (idle) => {
    await change(idle, { action: 'start' })
  },
  'idle.timeout comes twice': (idle) => Promise.all([ask(idle), ask(idle)]),
  'an old idle.timeout comes late': async (idle) => {
    const late = idle.scene.process()
    const held = late.gate.hold('before', ({ port }) => port === 'kubernetes')
    const asking = considerIdle(late.world, CLUSTER)
    await idle.scene.clock.advance(10)
    await report(idle)
    held.release()
    await idle.scene.run(asking)
  },
}

describe.each(Object.entries(BETWEEN))('a session, and %s', (_, between) => {
  it.each([0, 1, 2])(
    'after %i steps of the end, before and after it',
    async (steps) => {
      for (const isFirst of [true, false]) {
        const idle = await startIdle()
        for (const step of END.slice(0, steps)) await step(idle)
        if (!isFirst) await between(idle)
        const answer = await openOn(idle)
        if (isFirst) await between(idle)
        for (const step of END.slice(steps)) await step(idle)
        expect({ isFirst, faults: await faultsOf(idle, answer) }).toEqual({ isFirst, faults: [] })
      }
    },
    60_000,
  )
})

describe('one who ends it is stopped before each of their calls', () => {
  it.each([0, 2])(
    'after %i steps, and a session is opened meanwhile',
    async (steps) => {
      for (let nth = 1; ; nth++) {
        const idle = await startIdle()
        for (const step of END.slice(0, steps)) await step(idle)
        const slow = idle.scene.process()
        let calls = 0
        const held = slow.gate.hold('before', () => ++calls === nth)
        const asking = considerIdle(slow.world, CLUSTER)
        await idle.scene.clock.advance(10)
        if (held.stopped() === 0) break
        const answer = await openOn(idle)
        held.release()
        await idle.scene.run(asking)
        expect({ nth, faults: await faultsOf(idle, answer) }).toEqual({ nth, faults: [] })
      }
    },
    60_000,
  )
})

describe('an agent is stopped at each of its calls', () => {
  const PLACES = ['before get', 'after get', 'before patch', 'after patch'] as const

  it.each(PLACES)(
    '%s, and the end goes on as far as it may',
    async (place) => {
      const [when, method] = place.split(' ')
      for (const from of [0, 1]) {
        for (let to = from + 1; to <= END.length; to++) {
          const idle = await startIdle()
          for (const step of END.slice(0, from)) await step(idle)
          const own = gate()
          const held = own.hold(
            when === 'before' ? 'before' : 'after',
            (call) => call.method === method,
          )
          const opening = agentOf(idle, own)(namespaceOf(idle))
          await idle.scene.clock.advance(10)
          expect(held.stopped()).toBe(1)
          for (const step of END.slice(from, to)) await step(idle)
          held.release()
          const faults = await faultsOf(idle, await idle.scene.run(opening))
          expect({ from, to, faults }).toEqual({ from, to, faults: [] })
        }
      }
    },
    60_000,
  )
})
