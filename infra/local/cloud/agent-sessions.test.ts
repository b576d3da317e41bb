// An agent's answers as they come over HTTP on the loopback.
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  admittedBySight,
  type SessionAnswer,
  unreachable,
} from '../../../shared/domain/session-admission.ts'
import { type RealClock, realClock } from '../clock.ts'
import type { ExposedSessions } from '../stack/agent-pods.ts'
import { exposedSessions } from './agent-sessions.ts'

let clock: RealClock
let exposed: ExposedSessions
let next: SessionAnswer
beforeEach(async () => {
  clock = realClock()
  exposed = await exposedSessions(async (namespace) => {
    return namespace === 'kdl-etl-1' ? next : unreachable(namespace, 'it is another')
  }, clock)
})
afterEach(async () => {
  await exposed.stop()
  clock.stop()
})

const sight = { cluster: 'etl', resource: 'there', drain: undefined, driver: 'ready' } as const

test.each([
  ['admitted', sight],
  ['draining', { ...sight, drain: '1-7' }],
  ['starting', { ...sight, driver: 'pending' }],
  ['ended', { ...sight, resource: 'leaving' }],
] as const)('%s is told as it was decided', async (_, seen) => {
  next = admittedBySight(seen)
  expect(await exposed.ask('kdl-etl-1')).toEqual(next)
})

test('an agent that is gone is unreachable, which is a refusal', async () => {
  next = admittedBySight(sight)
  await exposed.stop()
  expect(await exposed.ask('kdl-etl-1')).toMatchObject({
    is: 'refused',
    reason: { code: 'CLUSTER_UNREACHABLE' },
    retryAfterS: 2,
  })
})
