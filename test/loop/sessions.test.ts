// Sessions on a cluster that is about to end idle, or has ended, as a gateway opens them: with the agent that runs in the
// workspace, and its reports (protocol rule 13).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeSession, type SessionAction } from '../../infra/cli/stack-session.ts'
import type { SessionAnswer } from '../../shared/domain/session-admission.ts'
import { observationPath } from '../../shared/domain/paths.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { aroundWorld } from '../../shared/around.ts'
import { CLUSTER, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { askForCluster, askForWorkspace, end } from './whole.ts'

const LIMIT = minutes(10)

let loop: Loop
/** Called as soon as the cluster is drained, before anybody can see it. */
let onDrain: () => void = () => undefined

beforeEach(async () => {
  onDrain = () => undefined
  loop = await startLoop({
    wrapWorld: (world) =>
      aroundWorld(world, async ({ method, args }, proceed) => {
        const answer = await proceed()
        if (method === 'patch' && JSON.stringify(args[1]).includes('"drain":"')) onDrain()
        return answer
      }),
  })
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop, { autoterminationMinutes: LIMIT / minutes(1) })
  await loop.reach(CLUSTER, 'RUNNING')
})
afterEach(() => loop.stop())

const change = (action: SessionAction['action']): Promise<SessionAnswer> =>
  changeSession(loop.stack, { path: CLUSTER, action })

async function activity(): Promise<unknown> {
  const observation = await loop.stack.store.get(observationPath(CLUSTER))
  return (observation?.data['level'] as Record<string, unknown> | undefined)?.['activity']
}

const refused = (code: string) => ({ is: 'refused', reason: { code } })

describe('a session', () => {
  it('that comes in the drain is refused, and calls the end off: the next one is admitted', async () => {
    const answers: SessionAnswer[] = []
    onDrain = () => void change('open').then((answer) => answers.push(answer))
    await loop.clock.until('an answer', () => answers.length > 0, LIMIT + minutes(5))
    const [answer] = answers
    expect(answer).toMatchObject({ ...refused('CLUSTER_DRAINING'), retryAfterS: 5 })
    onDrain = () => undefined
    await loop.clock.advance(seconds(5))
    expect(await activity()).toMatchObject({ sessionsRefused: 1, openSessions: 0 })
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING', want: 'up', generation: 1 })
    expect(await change('open')).toEqual({ is: 'admitted' })
    await loop.clock.advance(LIMIT + minutes(30))
    expect(await activity()).toMatchObject({ sessionsAdmitted: 1, openSessions: 1 })
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING', generation: 1 })
  })

  it('that was closed lets the cluster end a whole limit later', async () => {
    await change('open')
    await loop.clock.advance(LIMIT)
    await change('close')
    await loop.clock.advance(LIMIT - minutes(1))
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING' })
    await loop.reach(CLUSTER, 'TERMINATED')
    expect(await loop.cluster()).toMatchObject({ reason: { code: 'INACTIVITY' } })
  })

  it('that comes after the end was decided is told so, and to start the cluster', async () => {
    await end(loop, CLUSTER)
    expect(await change('open')).toMatchObject({
      ...refused('CLUSTER_ENDED'),
      reason: { message: 'cluster acme/analytics/etl is TERMINATING' },
    })
    await loop.reach(CLUSTER, 'TERMINATED')
    const answer = await change('open')
    expect(answer).toMatchObject({ reason: { parameters: { state: 'TERMINATED' } } })
    expect(answer).not.toHaveProperty('retryAfterS')
  })

  it('that comes before the driver is there waits for it', async () => {
    await end(loop, CLUSTER)
    await loop.reach(CLUSTER, 'TERMINATED')
    await askForCluster(loop, { id: 'c-2', autoterminationMinutes: LIMIT / minutes(1) })
    await loop.reach(CLUSTER, 'PENDING')
    expect(await change('open')).toMatchObject(refused('CLUSTER_STARTING'))
  })
})

it('is seen also when every report is lost: in the custom resource, which the sweep reads', async () => {
  await loop.stop()
  loop = await startLoop({ busKnobs: { drop: (name) => name === 'pod-ready' } })
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop)
  await loop.reach(CLUSTER, 'RUNNING')
  expect(await change('open')).toEqual({ is: 'admitted' })
  await loop.clock.advance(minutes(45))
  expect(await activity()).toMatchObject({ sessionsAdmitted: 1, openSessions: 1 })
})
