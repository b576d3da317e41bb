// The autoscaler's log is Google's, or whoever says to be: what cannot be read, or is of nobody, changes nothing.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scaleUpPath } from '../../shared/domain/paths.ts'
import { InstanceGroups } from '../../shared/steps/node-pool.ts'
import { CLUSTER, event, WORKSPACE } from '../loop/fixture.ts'
import { type Inbox, nothing, startInbox } from './inbox.ts'

const TOPIC = 'autoscaler-log'
const BRIEFLY = 500
const POOL = `${WORKSPACE}/pools/n2-standard-8`

let inbox: Inbox
let gkeCluster = ''
let group = ''
beforeAll(async () => {
  inbox = await startInbox()
  const { loop } = inbox
  await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1'))
  await loop.reach(CLUSTER, 'RUNNING')
  await loop.clock.advance(60_000)
  const workspace = await loop.entity(WORKSPACE)
  gkeCluster = workspace && 'outputs' in workspace ? workspace.outputs.gkeCluster : ''
  const made = loop.stack.store.dump().filter(({ path }) => path.startsWith(`${POOL}/ledger/`))
  const output = made.map(({ data }) => Reflect.get(Object(data['thing']), 'output'))[0]
  group = Object.keys(InstanceGroups.parse(output).zones)[0] ?? ''
})
afterAll(() => inbox.stop())

interface Change {
  readonly project?: string
  readonly cluster?: string
  readonly group?: string
  readonly messageId?: string
  readonly timestamp?: string
}

function entry(change: Change = {}): string {
  const { project = 'acme-analytics-dev', cluster = gkeCluster, messageId } = change
  return JSON.stringify({
    timestamp: change.timestamp ?? '2026-01-05T08:00:00Z',
    resource: { type: 'k8s_cluster', labels: { project_id: project, cluster_name: cluster } },
    jsonPayload: {
      resultInfo: {
        results: [
          {
            eventId: 'e-1',
            errorMsg: {
              messageId: messageId ?? 'scale.up.error.out.of.resources',
              parameters: [change.group ?? group],
            },
          },
        ],
      },
    },
  })
}

const bad: readonly [string, () => string][] = [
  ['not JSON', () => 'scale up!'],
  ['null', () => 'null'],
  ['an entry of nothing', () => '{}'],
  ['deep nesting', () => `{"jsonPayload":${'['.repeat(1e5)}${']'.repeat(1e5)}}`],
  ["another project's cluster of that name", () => entry({ project: 'stranger' })],
  ['a cluster that there is not', () => entry({ cluster: 'kdl-nobody-12345678-1' })],
  ['an instance group that there is not', () => entry({ group: 'gke-nobody-grp' })],
  ['a success', () => entry({ messageId: 'scale.down.error.failed.to.evict.pods' })],
  ['no time', () => entry({ timestamp: 'yesterday' })],
  ['a path for a cluster', () => entry({ cluster: '../../x' })],
  ['a long name', () => entry({ cluster: 'x'.repeat(600_000) })],
]

test.each(bad)('%s is ignored', async (_, text) => {
  expect(await inbox.submit(TOPIC, text(), BRIEFLY)).toMatchObject(nothing)
})

test('a shortage is kept with its zone, once, and a cluster that is whole is told nothing', async () => {
  const before = await inbox.loop.cluster()
  await inbox.submit(TOPIC, entry(), BRIEFLY)
  const kept = await inbox.loop.stack.store.get(scaleUpPath(POOL))
  expect(kept?.data).toMatchObject({
    blocks: [{ code: 'GCP_INSUFFICIENT_CAPACITY', zone: expect.stringMatching(/^europe-west4-/) }],
  })
  expect(await inbox.submit(TOPIC, entry(), BRIEFLY)).toMatchObject(nothing)
  expect(await inbox.loop.cluster()).toEqual(before)
})
