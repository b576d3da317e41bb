// The same event, the same id or the same cluster again, where a cluster runs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLUSTER, event, type Loop } from '../loop/fixture.ts'
import { type Inbox, nothing, refusalIn, startInbox, text } from './inbox.ts'

const cluster = (id: string, data: Record<string, unknown> = {}): string =>
  event('cluster-requested', id, data)
const workspace = (id: string, data: Record<string, unknown> = {}): string =>
  event('workspace-requested', id, data)
const other = { driver: { machineType: 'n2-standard-16' } }

/** Paths of pools, which are made before a cluster is: none may be made for one that is refused. */
const poolsOf = ({ stack }: Loop): string[] =>
  stack.store.dump().flatMap(({ path }) => (/\/pools\/[^/]+$/.test(path) ? [path] : []))

describe('where a cluster runs', () => {
  let inbox: Inbox
  const first = cluster('c-1')
  const submit = (message: string) => inbox.submit('cluster-requested', message, 1000)
  beforeAll(async () => {
    inbox = await startInbox()
    await inbox.loop.stack.publish('cluster-requested', first)
    await inbox.loop.reach(CLUSTER, 'RUNNING')
    // Until the agent has nothing more to say for a while.
    await inbox.loop.clock.advance(60_000)
  })
  afterAll(() => inbox.stop())

  test('the same event again makes nothing, and says nothing', async () => {
    for (const message of [first, first, first]) {
      expect(await submit(message)).toMatchObject(nothing)
    }
    expect(await inbox.loop.cluster()).toMatchObject({ generation: 1, state: 'RUNNING' })
  })

  const bodies: readonly [string, string][] = [
    ['another spec', cluster('c-1', other)],
    ['another cluster', cluster('c-1', { cluster: 'other' })],
    ['what is refused anyway', cluster('c-1', { runtime: 'none' })],
    ['an unknown field', cluster('c-1', { owner: 'me' })],
    ['an unknown type', first.replace('.v1', '.v2')],
    ['a workspace of this account', first.replace('"cluster":"etl"', '"cluster":"etl2"')],
  ]

  test.each(bodies)('the same id with %s is a conflict, told once', async (_, message) => {
    const conflict = await submit(message)
    expect(conflict).toMatchObject({
      outcomes: [],
      touched: [],
      deliveries: 2,
      waiting: 0,
      logged: [],
    })
    expect(conflict.facts).toHaveLength(1)
    expect(conflict.published).toMatchObject([
      {
        state: 'REJECTED',
        account: 'acme',
        reason: { code: 'ALREADY_EXISTS', field: 'id', got: 'c-1', mend: text('new id') },
      },
    ])
    expect(await submit(message)).toMatchObject({
      facts: [],
      published: [],
      touched: [],
      waiting: 0,
    })
    expect(await inbox.loop.cluster()).toMatchObject({ generation: 1, state: 'RUNNING' })
  })

  test('the same id from another source is another request', async () => {
    const message = first.replace('//kindling.example/samples', '//elsewhere.example')
    const { outcomes, touched } = await submit(message)
    expect(outcomes.map(({ outcome }) => outcome.is)).toEqual(['unchanged'])
    expect(touched).toEqual([])
  })

  test('the same cluster with the same spec is accepted and unchanged', async () => {
    const { outcomes, published, touched, waiting } = await submit(cluster('c-2'))
    expect(outcomes).toMatchObject([
      { outcome: { is: 'unchanged', entity: CLUSTER, generation: 1 } },
    ])
    expect(published).toMatchObject([{ state: 'ACCEPTED', cluster: 'etl', generation: 1 }])
    expect({ touched, waiting }).toEqual({ touched: [], waiting: 0 })
  })

  test('the same spec in another order of fields, with defaults spelled out, is the same', async () => {
    const { outcomes } = await submit(
      cluster('c-3', {
        zone: 'auto',
        executors: { spot: false, machineType: 'n2-standard-8', count: 10 },
      }),
    )
    expect(outcomes.map(({ outcome }) => outcome.is)).toEqual(['unchanged'])
  })

  test('the same cluster with another spec is refused', async () => {
    const pools = poolsOf(inbox.loop)
    expect(refusalIn(await submit(cluster('c-4', other)), 'acme')).toMatchObject({
      code: 'RESOURCE_ALREADY_EXISTS',
      field: 'data.cluster',
      got: 'etl',
      mend: text('edit it: cluster.change.requested'),
    })
    expect(poolsOf(inbox.loop)).toEqual(pools)
  })

  test('the same workspace with the same spec is accepted and unchanged, with another refused', async () => {
    const same = await inbox.submit('workspace-requested', workspace('w-2'), 1000)
    expect(same.outcomes.map(({ outcome }) => outcome.is)).toEqual(['unchanged'])
    expect(same.touched).toEqual([])
    const moved = workspace('w-3', { region: 'us-central1' })
    expect(refusalIn(await inbox.submit('workspace-requested', moved, 1000), 'acme')).toMatchObject(
      {
        code: 'RESOURCE_ALREADY_EXISTS',
        field: 'data.workspace',
        got: 'analytics',
      },
    )
  })

  test('a message that comes three times at once makes one request', async () => {
    const { stack, clock } = inbox.loop
    const message = cluster('c-5')
    await stack.publish('cluster-requested', message)
    await stack.publish('cluster-requested', message)
    const { outcomes, published } = await submit(message)
    expect(outcomes).toHaveLength(1)
    expect(published).toHaveLength(1)
    await clock.advance(1000)
  })
})
