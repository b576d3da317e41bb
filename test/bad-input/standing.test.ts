// Well-formed requests that are refused, wait, or change nothing, because of how things stand.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { sweep } from '../../shared/runtime/sweep.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { refusalIn, type Inbox, openInbox, startInbox, text } from './inbox.ts'

const cluster = (id: string, data: Record<string, unknown> = {}): string =>
  event('cluster-requested', id, data)
const workspace = (id: string, data: Record<string, unknown> = {}): string =>
  event('workspace-requested', id, data)
const other = { driver: { machineType: 'n2-standard-16' } }

const reason = { code: 'USER_REQUEST', type: 'SUCCESS' as const, message: 'a test wants it' }

async function end(loop: Loop, path: string): Promise<void> {
  const entity = await loop.entity(path)
  const { world } = loop.stack
  await takeDown(world, path, { generation: entity?.generation ?? 0, reason, by: 'test' })
  await advance(world, path)
}

/** Paths of pools, which are made before a cluster is: none may be made for one that is refused. */
const poolsOf = ({ stack }: Loop): string[] =>
  stack.store.dump().flatMap(({ path }) => (/\/pools\/[^/]+$/.test(path) ? [path] : []))

describe('without a workspace', () => {
  let inbox: Inbox
  beforeAll(async () => {
    inbox = openInbox(await startLoop({ scheduler: false }))
  })
  afterAll(() => inbox.stop())

  test('a cluster is refused', async () => {
    expect(
      refusalIn(await inbox.submit('cluster-requested', cluster('c-1')), 'acme'),
    ).toMatchObject({
      code: 'RESOURCE_DOES_NOT_EXIST',
      field: 'data.workspace',
      got: 'analytics',
      mend: text('workspace.requested'),
    })
  })

  test("a workspace of another account is none of this account's", async () => {
    await inbox.submit('workspace-requested', workspace('w-1', { account: 'other' }))
    expect(
      refusalIn(await inbox.submit('cluster-requested', cluster('c-2')), 'acme'),
    ).toMatchObject({
      code: 'RESOURCE_DOES_NOT_EXIST',
      field: 'data.workspace',
      got: 'analytics',
    })
  })
})

describe('a workspace that does not run yet', () => {
  test('is waited for: no error, and the launch begins when it runs', async () => {
    const loop = await startLoop()
    await loop.stack.publish('workspace-requested', workspace('w-1'))
    await loop.clock.advance(5000)
    expect(await loop.entity(WORKSPACE)).toMatchObject({ state: 'PROVISIONING' })
    const inbox = openInbox(loop)
    const { outcomes, published } = await inbox.submit('cluster-requested', cluster('c-1'), 2000)
    expect(outcomes.map(({ outcome }) => outcome.is)).toEqual(['accepted'])
    expect(published.map(({ state }) => state)).toEqual(['ACCEPTED'])
    expect(await loop.cluster()).toMatchObject({ state: 'PENDING', waitsFor: WORKSPACE })
    expect(poolsOf(loop)).toEqual([])
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ generation: 1, executors: { ready: 10 } })
    await inbox.stop()
  })

  test('is not waited for when it failed: the cluster ends with a reason, and the next is refused', async () => {
    const loop = await startLoop()
    await loop.stack.publish('workspace-requested', workspace('w-1'))
    await loop.clock.advance(5000)
    await loop.stack.publish('cluster-requested', cluster('c-1'))
    await loop.clock.advance(1000)
    const failure = { ...reason, code: 'GCP_FORBIDDEN', type: 'CLIENT_ERROR' as const }
    await takeDown(loop.stack.world, WORKSPACE, { generation: 1, reason: failure, by: 'fail' })
    await advance(loop.stack.world, WORKSPACE)
    await loop.reach(CLUSTER, 'TERMINATED')
    expect(await loop.cluster()).toMatchObject({
      reason: { code: 'WORKSPACE_CONFIGURATION_ERROR', mend: text('request the workspace again') },
    })
    await loop.reach(WORKSPACE, 'FAILED')
    await loop.clock.advance(1000)
    const inbox = openInbox(loop)
    const refused = await inbox.submit('cluster-requested', cluster('c-2'), 2000)
    expect(refusalIn(refused, 'acme')).toMatchObject({
      code: 'INVALID_STATE',
      field: 'data.workspace',
      got: 'FAILED',
      mend: text('request the workspace again'),
    })
    expect(poolsOf(loop)).toEqual([])
    await inbox.stop()
  })
})

describe('where a cluster ends', () => {
  test('it is refused while TERMINATING, refused with another spec, and started again with the same', async () => {
    const inbox = await startInbox()
    const { loop } = inbox
    await loop.stack.publish('cluster-requested', cluster('c-1'))
    await loop.reach(CLUSTER, 'RUNNING')
    const pools = poolsOf(loop)
    await end(loop, CLUSTER)
    expect(await loop.cluster()).toMatchObject({ state: 'TERMINATING' })
    const early = await inbox.submit('cluster-requested', cluster('c-2'), 0)
    expect(early.outcomes).toMatchObject([
      {
        outcome: {
          is: 'rejected',
          reason: {
            code: 'INVALID_STATE',
            got: 'TERMINATING',
            mend: text('when it is TERMINATED'),
          },
        },
      },
    ])

    // Its pods end gracefully, which nobody tells: the next sweep sees that they have.
    await loop.clock.advance(60_000)
    const swept = sweep(loop.stack.world)
    await loop.reach(CLUSTER, 'TERMINATED')
    await swept
    await loop.clock.advance(60_000)
    expect(
      refusalIn(await inbox.submit('cluster-requested', cluster('c-3', other)), 'acme'),
    ).toMatchObject({
      code: 'RESOURCE_ALREADY_EXISTS',
      field: 'data.cluster',
      allowed: text('starts it again'),
    })
    expect(poolsOf(loop)).toEqual(pools)

    const again = await inbox.submit('cluster-requested', cluster('c-4'), 100)
    expect(again.outcomes.map(({ outcome }) => outcome.is)).toEqual(['accepted'])
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ generation: 3 })
    await inbox.stop()
  })
})
