// Every production client against endpoints that are down, cut off, stuck, slow or somebody else's: each call ends within
// its limit with an error that says what to do next, nothing hangs, and the client works again when the endpoint does.
import { afterAll, describe, expect, test } from 'vitest'
import { firestoreStore } from '../../shared/clients/firestore-store.ts'
import { gkeClient } from '../../shared/clients/gke.ts'
import { kubernetesClient } from '../../shared/clients/kubernetes.ts'
import { networkClient } from '../../shared/clients/network.ts'
import { pubsubBus } from '../../shared/clients/pubsub-bus.ts'
import { localTokens } from '../../shared/clients/token-source.ts'
import { CallError, type CallErrorKind } from '../../shared/call-error.ts'
import type { Kubernetes, WorkspaceIdentity } from '../../shared/ports.ts'
import { deliveryPolicy } from '../../functions/delivery.ts'
import { realClock } from '../../infra/local/clock.ts'
import { clientEnvironment } from '../../infra/local/emulators.ts'
import { badEndpoint, beforeRequest, type BadEndpoint, faults } from './bad-endpoint.ts'
import type { Fault, GrpcAnswer } from './bad-endpoint.ts'

Object.assign(process.env, clientEnvironment)
const clock = realClock()
afterAll(() => clock.stop())

/** Of one call, in all clients (ms). */
const LIMIT = 1000
/** What a machine that does much else may add to it. */
const SLACK = 8000

type Call = () => Promise<unknown>
type Calls = Readonly<Record<string, Call>>

interface Subject {
  /** Shows that the client works: resolves. */
  readonly well: Call
  readonly reads: Calls
  /** Each sends what changes something before it hears anything. */
  readonly mutations: Calls
  close(): unknown
}

const identity: WorkspaceIdentity = {
  account: 'acme',
  workspace: 'w',
  project: 'customer',
  region: 'europe-west4',
  serviceAccount: 'kindling@customer.iam.gserviceaccount.com',
}
const uuid = '5e8f2a51-9f7c-4d11-8f2c-0a4f2d0c7a11'
const NOT_FOUND = 5

function store(port: number): Subject {
  const settings = { projectId: 'demo-bad', clock, callTimeoutMs: LIMIT }
  const client = firestoreStore({ ...settings, emulatorHost: `127.0.0.1:${port}` })
  const from = { path: 'a/b', data: {}, version: '1.000000000' }
  return {
    well: () => client.get('a/b'),
    reads: {
      get: () => client.get('a/b'),
      list: () => client.list('a'),
      find: () => client.find({ find: 'operation', operation: 'o' }),
      snapshot: () => client.snapshot((reader) => reader.get('a/b')),
      'a transaction that reads first': () =>
        client.transaction(async (transaction) => {
          await transaction.get('a/b')
          transaction.create('a/c', {})
        }),
    },
    mutations: {
      commit: () => client.commit([{ op: 'update', from, data: { x: 1 } }]),
      'a transaction that only writes': () =>
        client.transaction((transaction) => Promise.resolve(transaction.create('a/c', {}))),
    },
    close: () => client.close(),
  }
}

function bus(port: number): Subject {
  const client = pubsubBus({
    projectId: 'demo-bad',
    clock,
    callTimeoutMs: LIMIT,
    emulatorHost: `127.0.0.1:${port}`,
    pushEndpoint: () => 'http://127.0.0.1:1/',
    retry: deliveryPolicy,
  })
  return {
    well: () => client.getTopic('topic'),
    reads: {
      getTopic: () => client.getTopic('topic'),
      'allowPublisher, which reads first': () =>
        client.allowPublisher('topic', 'serviceAccount:a@b.iam.gserviceaccount.com'),
    },
    mutations: {
      publish: () => client.publish('topic', { data: 'x', attributes: {} }),
      createTopic: () => client.createTopic('topic', {}),
      subscribe: () => client.subscribe('topic', 'subscription', 'sweep'),
      unsubscribe: () => client.unsubscribe('subscription'),
      deleteTopic: () => client.deleteTopic('topic'),
    },
    close: () => client.close(),
  }
}

function gke(port: number): Subject {
  const endpoint = `127.0.0.1:${port}`
  const client = gkeClient({ tokenOf: localTokens, endpoint, callTimeoutMs: LIMIT })
  const opened = client.open(identity)
  return {
    well: () => opened.getCluster('c'),
    reads: {
      getCluster: () => opened.getCluster('c'),
      getNodePool: () => opened.getNodePool('c', 'p'),
      getOperation: () => opened.getOperation('o'),
    },
    mutations: {
      deleteCluster: () => opened.deleteCluster('c'),
      deleteNodePool: () => opened.deleteNodePool('c', 'p'),
    },
    close: () => client.close(),
  }
}

function network(port: number): Subject {
  const rootUrl = `http://127.0.0.1:${port}/`
  const client = networkClient({ tokenOf: localTokens, rootUrl, callTimeoutMs: LIMIT })
  const opened = client.open(identity)
  const operation = { name: 'o', status: 'RUNNING', operationType: 'insert', targetLink: 't' }
  return {
    well: () => opened.get('networks', 'n'),
    reads: {
      listZones: () => opened.listZones(),
      listQuotas: () => opened.listQuotas(),
      hasMachineType: () => opened.hasMachineType('europe-west4-a', 'n2-standard-8'),
      get: () => opened.get('subnetworks', 'n'),
      getOperation: () => opened.getOperation({ ...operation, status: 'RUNNING' }),
    },
    mutations: {
      insert: () => opened.insert('networks', { name: 'n', autoCreateSubnetworks: false }, uuid),
      delete: () => opened.delete('routers', 'n', uuid),
    },
    close: () => undefined,
  }
}

const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'x' }
const pods = { apiVersion: 'v1', kind: 'Pod', namespace: 'a' }

async function watched(client: Kubernetes, timeoutSeconds: number): Promise<number> {
  const options = { resourceVersion: '5', timeoutSeconds, signal: new AbortController().signal }
  let count = 0
  for await (const _ of client.watch(pods, options)) count++
  return count
}

function kubernetes(port: number): Subject {
  const client = kubernetesClient({ clock, deadlineMs: LIMIT, watchMarginMs: 0 })
  const opened = client.open({ server: `http://127.0.0.1:${port}` })
  return {
    well: () => opened.get(pod),
    reads: {
      get: () => opened.get(pod),
      list: () => opened.list(pods),
      watch: () => watched(opened, LIMIT / 1000),
      'create of a kind to look up': () =>
        opened.create({ apiVersion: 'x.dev/v1', kind: 'Widget', metadata: { name: 'x' } }),
    },
    mutations: {
      create: () => opened.create({ ...pod, metadata: { name: 'x', namespace: 'a' } }),
      patch: () => opened.patch(pod, {}),
      delete: () => opened.delete(pod),
      deleteAll: () => opened.deleteAll(pods, { labelSelector: 'a=b' }),
    },
    close: () => client.close(),
  }
}

/** BatchGetDocumentsResponse {read_time: {seconds: 1}}. */
const nothingFound: GrpcAnswer = () => Uint8Array.from([0x22, 2, 8, 1])
const notFound: GrpcAnswer = () => NOT_FOUND

const clients: [string, (port: number) => Subject, GrpcAnswer | 'http'][] = [
  ['Firestore', store, nothingFound],
  ['Pub/Sub', bus, notFound],
  ['GKE', gke, notFound],
  ['Compute', network, 'http'],
  ['Kubernetes', kubernetes, 'http'],
]

/** A client is given its time to connect again. */
async function untilWell({ well }: Subject): Promise<void> {
  const end = clock.now() + 20_000
  for (;;) {
    try {
      await well()
      return
    } catch (error) {
      if (clock.now() > end) throw error
      await clock.sleep(100)
    }
  }
}

async function kindOf(name: string, call: Call): Promise<[string, CallErrorKind]> {
  const started = clock.now()
  const error: unknown = await call().then(
    (value) => new Error(`${name} was done: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  if (!(error instanceof CallError)) throw new Error(`${name}: no CallError`, { cause: error })
  expect(clock.now() - started, `${name} took too long`).toBeLessThan(LIMIT + SLACK)
  return [name, error.kind]
}

/** Side by side, but not where one call's end would cut off another. */
async function kindsOf(calls: Calls, fault: Fault): Promise<Record<string, CallErrorKind>> {
  const entries = Object.entries(calls)
  if (fault !== 'resets requests')
    return Object.fromEntries(await Promise.all(entries.map(([name, call]) => kindOf(name, call))))
  const kinds: [string, CallErrorKind][] = []
  for (const [name, call] of entries) kinds.push(await kindOf(name, call))
  return Object.fromEntries(kinds)
}

const all = (calls: Calls, kind: unknown): object =>
  Object.fromEntries(Object.keys(calls).map((name) => [name, kind]))

const mayHaveBeenDone: unknown = expect.stringMatching(/^(unavailable|unknown-outcome)$/)

function mutationKind(fault: Fault): unknown {
  if (fault === 'refuses') return 'unavailable'
  // Bytes may have left; whether a client can tell that nobody read them is its affair.
  return beforeRequest.has(fault) ? mayHaveBeenDone : 'unknown-outcome'
}

test('a token that never comes ends a call that was never sent', async () => {
  const options = { tokenOf: () => new Promise<string>(() => {}), callTimeoutMs: 50 }
  const cluster = gkeClient({ ...options, endpoint: '127.0.0.1:1' }).open(identity)
  const vpc = networkClient({ ...options, rootUrl: 'http://127.0.0.1:1/' }).open(identity)
  const calls: Calls = {
    deleteCluster: () => cluster.deleteCluster('c'),
    delete: () => vpc.delete('routers', 'n', uuid),
  }
  expect(await kindsOf(calls, 'never answers')).toEqual(all(calls, 'unavailable'))
})

describe.concurrent.each(clients)('%s', (_name, open, answer) => {
  test.each(faults)(
    'an endpoint that %s',
    async (fault) => {
      const endpoint: BadEndpoint = await badEndpoint(answer)
      const subject = open(endpoint.port)
      try {
        await untilWell(subject)
        await endpoint.become(fault)
        const { reads, mutations } = subject
        expect(await kindsOf(reads, fault)).toEqual(all(reads, 'unavailable'))
        expect(await kindsOf(mutations, fault)).toEqual(all(mutations, mutationKind(fault)))
        await endpoint.become(undefined)
        await untilWell(subject)
      } finally {
        await subject.close()
        await endpoint.close()
      }
    },
    90_000,
  )
})
