// Three minutes of launches, changes and ends on the real emulators, in which the functions process is killed every few seconds;
// then quiet. What must hold then is read from Firestore, from the simulated cloud and from Kubernetes. Prints what was done.
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deliveryPolicy } from '../../functions/delivery.ts'
import { DEAD_LETTERS, type FunctionRow, manifest } from '../../functions/manifest.ts'
import { seededRandom } from '../../infra/local/clock.ts'
import { pubsubBus } from '../../shared/clients/pubsub-bus.ts'
import { labelKeys } from '../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import type { Fields } from '../../shared/ports.ts'
import { event, WORKSPACE } from '../loop/fixture.ts'
import { namesInLedgers } from '../simulation/orphans.ts'
import { unrest } from '../simulation/rest.ts'
import { allDocuments, documentsIn } from '../stack/all-documents.ts'
import { emulatorsMissing } from '../stack/emulators-missing.ts'
import { endpointsOf, objectsAt, watchPods } from '../stack/kubernetes-objects.ts'
import { openWireSite, type WireSite } from '../stack/wire-site.ts'

const CHAOS_MS = (Number(process.env['KINDLING_TEST_CHAOS_S']) || 180) * 1000
/** From one kill to the next, and from one request to the next (ms). */
const ALONE = { least: 1500, most: 6000 }
const BETWEEN = { least: 1000, most: 4000 }
/** A transaction that was cut off holds its locks for a minute; messages come again within one. */
const QUIET_MS = 420_000
const START_MS = 180_000
/** Of pods. */
const ENDED: readonly unknown[] = ['Succeeded', 'Failed']
const CLUSTERS = 5
const SEED = Number(process.env['KINDLING_TEST_SEED']) || randomInt(1e9)
/**
 * Refused messages come again at once, for ever. The Pub/Sub emulator (0.8.20) must not be told to wait in between: two messages
 * of a subscription whose turn comes in the same millisecond end its timer, and nothing of that subscription comes again.
 */
function restlessRetry(name: string): ReturnType<typeof deliveryPolicy> {
  const { ackDeadlineMs, retentionMs } = deliveryPolicy(name)
  return { ackDeadlineMs, retentionMs, minBackoffMs: 0, maxBackoffMs: 0 }
}
/** Functions whose messages are hints: those of a workspace are given up on after few deliveries, and the sweep makes up for them. */
const HINTED = Object.entries<FunctionRow>(manifest)
  .filter(([, { deliveries }]) => deliveries === manifest['pod-ready'].deliveries)
  .map(([name]) => name)
const missing = await emulatorsMissing()

describe.runIf(missing === undefined)('functions that are killed all the time', () => {
  const random = seededRandom(SEED)
  const over = new AbortController()
  const asked: string[] = []
  const shared: string[] = []
  let kills = 0
  let site: WireSite
  let documents: ReadonlyMap<string, Fields> = new Map()
  beforeAll(async () => {
    const functions = new URL('../stack/hasty-main.ts', import.meta.url)
    const cloud = { speed: 20, seed: SEED }
    site = await openWireSite({ cloud, mains: { functions }, retry: restlessRetry })
  }, 60_000)
  afterAll(async () => {
    over.abort()
    await site.stop()
  })

  const between = ({ least, most }: typeof ALONE) => least + random() * (most - least)
  const cloud = () => site.stack.endpoints['cloud'] ?? ''

  async function kill(until: number): Promise<void> {
    while (site.clock.now() < until) {
      await site.clock.sleep(between(ALONE))
      await site.stack.killFunctions()
      await site.stack.startFunctions()
      kills++
    }
  }

  async function ask(topic: string, data: Record<string, unknown>): Promise<void> {
    const id = `chaos-${asked.length}`
    asked.push(id)
    await site.stack.publish(topic, event(topic, id, data))
  }

  async function askOn(until: number): Promise<void> {
    while (site.clock.now() < until) {
      const cluster = `c${Math.floor(random() * CLUSTERS)}`
      const count = 1 + Math.floor(random() * 8)
      const changes = [
        { action: 'terminate' },
        { action: 'start' },
        { action: 'restart' },
        { action: 'delete' },
        { action: 'resize', executors: { count } },
      ]
      const change = changes[Math.floor(random() * changes.length)]
      if (random() < 0.5) {
        const executors = { count, machineType: 'n2-standard-8' }
        await ask('cluster-requested', { cluster, executors, autoterminationMinutes: 0 })
      } else await ask('cluster-change-requested', { cluster, change })
      await site.clock.sleep(between(BETWEEN))
    }
  }

  /** Pods of more than one namespace on one node, whenever they are. */
  async function watchNodes(endpoint: string): Promise<void> {
    const on = new Map<string, Map<string, string>>()
    await watchPods(endpoint, over.signal, ({ type, object: { metadata, spec, status } }) => {
      const node = spec?.['nodeName']
      if (metadata.labels?.[labelKeys.cluster] === undefined || typeof node !== 'string') return
      const there = on.get(node) ?? new Map<string, string>()
      on.set(node, there)
      const isOver = type === 'DELETED' || ENDED.includes(status?.['phase'])
      if (isOver) there.delete(metadata.uid ?? '')
      else there.set(metadata.uid ?? '', metadata.namespace ?? '')
      const namespaces = new Set(there.values())
      if (namespaces.size > 1) shared.push(`${node}: ${[...namespaces].join(', ')}`)
    })
  }

  /** What is not at rest yet; requests without any word too. */
  async function restless(): Promise<string[]> {
    documents = await allDocuments(site.stack.reader, ['acme'])
    const heard = new Set(
      [...documentsIn(documents, 'requests').values()].map(({ event: id }) => id),
    )
    const unheard = asked.filter((id) => !heard.has(id)).map((id) => `${id} has no outcome`)
    return [...unrest(documents), ...unheard]
  }

  test(
    'come to rest when they are left alone',
    async () => {
      site.tickInHaste()
      await ask('workspace-requested', {})
      await site.reach(WORKSPACE, 'RUNNING', START_MS)
      for (const endpoint of await endpointsOf(cloud())) watchNodes(endpoint).catch(() => undefined)
      const until = site.clock.now() + CHAOS_MS
      await Promise.all([kill(until), askOn(until)])
      const quietSince = site.clock.now()
      let left: string[] = []
      await site
        .until(
          'rest',
          async () => {
            await site.clock.sleep(2000)
            left = await restless()
            return left.length === 0 || undefined
          },
          QUIET_MS,
        )
        .catch((cause: unknown) => {
          throw new Error(`seed ${SEED}: ${left.join('; ')}`, { cause })
        })
      const outcomes: Record<string, number> = {}
      for (const { is } of documentsIn(documents, 'requests').values())
        outcomes[String(is)] = (outcomes[String(is)] ?? 0) + 1
      const took = Math.round((site.clock.now() - quietSince) / 1000)
      process.stdout.write(
        `chaos, seed ${SEED}: ${kills} kills, ${asked.length} requests ${JSON.stringify(outcomes)}, at rest after ${took} s\n`,
      )
      expect(kills).toBeGreaterThan(CHAOS_MS / 15_000)
    },
    START_MS + CHAOS_MS + QUIET_MS + 60_000,
  )

  test('each request has one outcome, and each fact is published', () => {
    const requests = [...documentsIn(documents, 'requests').values()]
    expect(requests.map(({ event: id }) => String(id)).toSorted()).toEqual(asked.toSorted())
    const facts = [...documentsIn(documents, 'facts').values()]
    expect(facts.filter(({ publishedAt }) => publishedAt === null)).toEqual([])
  })

  test('every cluster is what it was last wanted to be, with the pods of that', async () => {
    const pods = (
      await Promise.all((await endpointsOf(cloud())).map((each) => objectsAt(each, 'pods')))
    ).flat()
    const podsOf = (cluster: string): KubernetesObject[] =>
      pods.filter(({ metadata }) => metadata.labels?.[labelKeys.cluster] === cluster)
    for (const [id, { want, state, spec, executors }] of documentsIn(documents, 'clusters')) {
      const { count } = Object(spec).executors as { count: number }
      const isUp = want === 'up'
      const seen = { id, state, executors, pods: podsOf(id).length }
      expect(seen).toEqual(
        isUp
          ? { id, state: 'RUNNING', executors: { requested: count, ready: count }, pods: count + 1 }
          : { id, state: 'TERMINATED', executors: undefined, pods: 0 },
      )
    }
    const known = new Set(documentsIn(documents, 'clusters').keys())
    const strangers = pods.filter(({ metadata: { labels } }) => {
      const cluster = labels?.[labelKeys.cluster]
      return cluster !== undefined && !known.has(cluster)
    })
    expect(strangers.map(({ metadata }) => metadata.name)).toEqual([])
  })

  test('nothing is in the cloud that no ledger knows', async () => {
    const names = namesInLedgers(documents)
    const resources = (await site.stack.resources())
      .filter((path) => !path.includes('/instances/') && !path.endsWith('/nodePools/system'))
      .filter((path) => !names.has(path.slice(path.lastIndexOf('/') + 1)))
    expect(resources).toEqual([])
    for (const endpoint of await endpointsOf(cloud())) {
      const namespaces = await objectsAt(endpoint, 'namespaces')
      const lost = namespaces
        .map(({ metadata: { name } }) => name)
        .filter((name) => name.startsWith('kdl-') && !names.has(name))
      expect(lost).toEqual([])
    }
  })

  test('no slot, no place in the queue and no use is left over', () => {
    const held = ['slots', 'queue'].flatMap((each) => [...documentsIn(documents, each).keys()])
    expect(held).toEqual([])
    const up = [...documentsIn(documents, 'clusters')].flatMap(([id, { want }]) =>
      want === 'up' ? id : [],
    )
    for (const cluster of documentsIn(documents, 'uses').keys()) expect(up).toContain(cluster)
  })

  test('no document is parked, no request was given up on, and no two clusters shared a node', () => {
    expect([...documentsIn(documents, 'parked').values()]).toEqual([])
    // The sweep met locks of transactions that were cut off, and got past them.
    const letters = [...documentsIn(documents, 'deadLetters').values()]
    const ofRequests = letters.filter(
      (each) => each['message'] && !HINTED.includes(String(each['function'])),
    )
    expect(ofRequests).toEqual([])
    expect(shared).toEqual([])
  })

  test('a message that was given up on is kept, and is a request again after its replay', async () => {
    const { stack } = site
    const letters = 'accounts/acme/deadLetters'
    const data = event('cluster-requested', 'replayed', { cluster: 'Wrong' })
    const attributes = { CloudPubSubDeadLetterSourceSubscription: 'cluster-requested' }
    const bus = pubsubBus({
      projectId: stack.project,
      clock: site.clock,
      emulatorHost: stack.endpoints['PUBSUB_EMULATOR_HOST'] ?? '',
      pushEndpoint: () => '',
      retry: deliveryPolicy,
    })
    await bus.publish(DEAD_LETTERS, { data, attributes })
    await bus.close()
    const kept = await site.until('letter', async () =>
      (await stack.reader.list(letters)).find(({ data: each }) =>
        JSON.stringify(each['message'] ?? '').includes('"replayed'),
      ),
    )
    await stack.call('replay', { deadLetter: kept.path })
    const outcome = await site.until('outcome', async () =>
      (await stack.reader.list('accounts/acme/requests')).find(
        ({ data: each }) => each['event'] === 'replayed',
      ),
    )
    expect(outcome.data['is']).toBe('rejected')
  }, 120_000)
})
