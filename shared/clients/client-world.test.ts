import { expect, test } from 'vitest'
import type { WorkspaceIdentity } from '../ports.ts'
import { type ClientSettings, clientWorld, type PortName } from './client-world.ts'

const identity: WorkspaceIdentity = {
  account: 'acme',
  workspace: 'analytics',
  project: 'customer',
  region: 'europe-west4',
  serviceAccount: 'kindling@customer.iam.gserviceaccount.com',
}

const settings = (): ClientSettings => ({
  project: 'demo-test',
  firestoreEmulator: '127.0.0.1:1',
  pubsubEmulator: '127.0.0.1:1',
  gkeEndpoint: '127.0.0.1:1',
  computeUrl: 'http://127.0.0.1:1/',
  kubernetesScheme: 'http',
  kubernetesRate: { atOnce: 32, perSecond: 400 },
  grantUrl: undefined,
  pushUrl: undefined,
})

const everything: readonly PortName[] = ['store', 'bus', 'gke', 'network', 'kubernetes']
const retry = () => ({
  minBackoffMs: 10_000,
  maxBackoffMs: 600_000,
  ackDeadlineMs: 60_000,
  retentionMs: 600_000,
})

test('a port that the manifest does not list cannot be touched, and the error says what to do', () => {
  const world = clientWorld(settings(), [], retry)
  const refusal = /may not touch the (\w+); list it under "can" in functions\/manifest.ts/
  expect(() => world.store.get('a/b')).toThrow(refusal)
  expect(() => world.bus.publish('t', { data: 'x', attributes: {} })).toThrow(refusal)
  expect(() => world.gke(identity).getCluster('c')).toThrow(refusal)
  expect(() => world.network(identity).listZones()).toThrow(refusal)
  expect(() =>
    world.kubernetes(identity, '127.0.0.1:1').list({ apiVersion: 'v1', kind: 'Pod' }),
  ).toThrow(refusal)
})

test('functions of one process share clients; another configuration has its own', () => {
  const shared = settings()
  const [one, two] = [clientWorld(shared, everything, retry), clientWorld(shared, ['store'], retry)]
  expect(two.store).toBe(one.store)
  expect(clientWorld(settings(), everything, retry).store).not.toBe(one.store)
})

test('a Kubernetes server is opened once for each identity that it is called under', () => {
  const { kubernetes } = clientWorld(settings(), everything, retry)
  const other = { ...identity, serviceAccount: 'kindling@other.iam.gserviceaccount.com' }
  expect(kubernetes(identity, '127.0.0.1:1')).toBe(kubernetes({ ...identity }, '127.0.0.1:1'))
  expect(kubernetes(other, '127.0.0.1:1')).not.toBe(kubernetes(identity, '127.0.0.1:1'))
  expect(kubernetes(identity, '127.0.0.1:2')).not.toBe(kubernetes(identity, '127.0.0.1:1'))
})

test('a subscription without an address to push to says which variable is missing', async () => {
  const { bus } = clientWorld(settings(), ['bus'], retry)
  await expect(bus.subscribe('topic', 'subscription', 'sweep')).rejects.toThrow('KINDLING_PUSH_URL')
})
