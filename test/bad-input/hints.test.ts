// What is not a request: hints and reports. What cannot be read does no harm, and asks for nothing that is not so.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { snapshotTopic } from '../../events/pod-snapshot.ts'
import { CLUSTER, event, sample } from '../loop/fixture.ts'
import { entries, garbage, ofNobody, SECRET, snapshot } from './bad-hints.ts'
import { nothing, refusalIn, type Inbox, type Refusal, startInbox, text } from './inbox.ts'

let inbox: Inbox
beforeAll(async () => {
  inbox = await startInbox()
  await inbox.loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1'))
  await inbox.loop.reach(CLUSTER, 'RUNNING')
  await inbox.loop.clock.advance(60_000)
})
afterAll(() => inbox.stop())

/** Less than the agent waits between two of its own reports. */
const BRIEFLY = 500
describe('idle timeouts', () => {
  let serial = 0
  const idle = (data: Record<string, unknown>): string =>
    event('idle-timeout', `idle-${++serial}`, data)

  const bad: readonly [string, () => string, string, Refusal][] = [
    ['not JSON', () => 'idle!', '_unaddressed', { code: 'MALFORMED_REQUEST' }],
    [
      "another topic's type",
      () => event('cluster-requested', 'idle-as-cluster'),
      'acme',
      { code: 'BAD_REQUEST', field: 'type', mend: text('topic cluster-requested') },
    ],
    [
      'no cluster',
      () => idle({ cluster: undefined }),
      'acme',
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.cluster', got: 'nothing' },
    ],
    [
      'a cluster by its path',
      () => idle({ cluster: CLUSTER }),
      'acme',
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.cluster', got: CLUSTER },
    ],
    [
      'a claim about idleness',
      () => idle({ idleForMs: 1 }),
      'acme',
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.idleForMs', got: '1' },
    ],
  ]

  test.each(bad)('%s is refused', async (_, message, account, refusal) => {
    expect(
      refusalIn(await inbox.submit('idle-timeout', message(), BRIEFLY), account),
    ).toMatchObject(refusal)
  })

  const idleNothing: readonly [string, Record<string, unknown>][] = [
    ['a cluster that there is not', { cluster: 'nobody' }],
    ['a workspace that there is not', { workspace: 'nowhere' }],
    ['an account that there is not', { account: 'stranger' }],
    ['a cluster that has just begun', {}],
  ]

  test.each(idleNothing)('of %s change nothing', async (_, data) => {
    expect(await inbox.submit('idle-timeout', idle(data), BRIEFLY)).toMatchObject(nothing)
  })
})

describe('snapshots', () => {
  const topic = snapshotTopic('acme', 'analytics')
  test.each(garbage)('%s is dropped with a warning that quotes nobody', async (_, message) => {
    const { logged, ...rest } = await inbox.submit(topic, message, BRIEFLY)
    expect({ ...rest, logged: [] }).toEqual(nothing)
    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatchObject({ message: 'unreadable snapshot', fields: { topic } })
    expect(JSON.stringify(logged)).not.toContain(SECRET)
    expect(JSON.stringify(logged).length).toBeLessThan(300)
  })

  test.each(ofNobody)('of %s change nothing', async (_, data) => {
    const message = snapshot({ ...sample('pod-snapshot').data, ...data })
    expect(await inbox.submit(topic, message, BRIEFLY)).toMatchObject(nothing)
  })

  test('on a topic that is not of a workspace nobody listens', async () => {
    const publish = inbox.loop.stack.publish('pod-snapshot', snapshot({}))
    await expect(publish).rejects.toMatchObject({ kind: 'not-found' })
  })
})

describe('audit log entries', () => {
  test.each(entries)('%s is ignored', async (_, entry) => {
    expect(await inbox.submit('audit-log', entry, BRIEFLY)).toMatchObject(nothing)
  })
})
