// Which calls share a guard: what befalls one endpoint holds nobody up at another.
import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { CallError } from '../call-error.ts'
import type { Gke } from '../google-ports.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import type { Kubernetes, WorkspaceIdentity } from '../ports.ts'
import { type PortGuards, portGuards } from './port-guards.ts'

const pods = (namespace: string) => ({ apiVersion: 'v1', kind: 'Pod', namespace })
const map = (namespace: string, name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name },
})

/** Embedded API servers that refuse calls as they are told to. */
function servers() {
  const clock = virtualClock(1)
  const guards = portGuards(clock, { atOnce: 2, perSecond: 100 })
  const refusals = new Map<string, CallError>()
  const reached: string[] = []
  const open = (endpoint: string): Kubernetes => {
    const engine = kubernetesEngine({
      clock,
      before: async ({ verb, kind, namespace = '' }) => {
        reached.push(`${endpoint} ${verb} ${kind} ${namespace}`.trim())
        const refusal = refusals.get(endpoint)
        if (refusal) throw refusal
        await clock.sleep(10)
      },
    })
    return guards.kubernetes(engine.face('system:masters'), endpoint)
  }
  return { clock, reached, refusals, open }
}

/** What has become of it once so much time has passed. */
async function settled<T>(
  call: Promise<T>,
  clock: { advance(ms: number): Promise<void> },
  ms = 10_000,
) {
  const outcome = call.catch((error: unknown) => error)
  await clock.advance(ms)
  return await outcome
}

describe('a Kubernetes API that answers 429 with Retry-After', () => {
  test('is not called before, and another one is', async () => {
    const { clock, reached, refusals, open } = servers()
    const [one, two] = [open('one'), open('two')]
    refusals.set('one', new CallError('rate', 'too many', { retryAfterMs: 60_000 }))
    expect(await settled(one.list(pods('a')), clock)).toMatchObject({ kind: 'rate' })
    refusals.clear()
    expect(await settled(one.list(pods('b')), clock)).toMatchObject({ retryAfterMs: 50_000 })
    expect(await settled(two.list(pods('a')), clock)).toMatchObject({ items: [] })
    expect(reached).toEqual(['one list Pod a', 'two list Pod a'])
    await clock.advance(30_000)
    expect(await settled(one.list(pods('a')), clock)).toMatchObject({ items: [] })
  })

  test('whoever opens it, under whatever name, meets the same guard', async () => {
    const { clock, refusals, reached, open } = servers()
    const [one, again] = [open('one'), open('one')]
    refusals.set('one', new CallError('rate', 'too many', { retryAfterMs: 60_000 }))
    await settled(one.list(pods('a')), clock)
    expect(await settled(again.list(pods('a')), clock)).toMatchObject({ kind: 'rate' })
    expect(reached).toHaveLength(1)
  })
})

test('calls of each namespace take their turns, and the making of a namespace is one of its own', async () => {
  const { clock, reached, open } = servers()
  const one = open('one')
  for (let at = 0; at < 20; at++) void one.create(map('default', `m${at}`))
  await clock.advance(5)
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'small' } }
  void one.create(namespace).then(() => one.get({ ...pods('small'), name: 'p' }))
  await clock.advance(1000)
  const at = (what: string): number => reached.findIndex((each) => each.endsWith(what))
  expect(at('create Namespace')).toBe(2)
  expect(at('get Pod small')).toBeLessThan(6)
  expect(reached).toHaveLength(22)
})

const identity: WorkspaceIdentity = {
  account: 'acme',
  workspace: 'analytics',
  project: 'one',
  region: 'europe-west4',
  serviceAccount: 'kindling@one.iam.gserviceaccount.com',
}

test('a project whose GKE does not answer holds no other project up', async () => {
  const clock = virtualClock(1)
  const guards: PortGuards = portGuards(clock)
  let calls = 0
  // Nothing but this is called.
  const away = {
    async getCluster() {
      calls++
      throw new CallError('unavailable', 'nobody there')
    },
  } as unknown as Gke
  const ask = (project: string) =>
    guards
      .gke(away, { ...identity, project })
      .getCluster('c')
      .catch((error: unknown) => error)
  for (let at = 0; at < 5; at++) await ask('one')
  expect(await ask('one')).toMatchObject({ kind: 'rate' })
  expect(calls).toBe(5)
  expect(await ask('two')).toMatchObject({ kind: 'unavailable' })
  expect(calls).toBe(6)
})

test('20 lists of the same at once are two: the one that was under way, and one for all who asked meanwhile', async () => {
  const { clock, reached, open } = servers()
  const lists = Array.from({ length: 20 }, () => open('one').list(pods('a')))
  await clock.advance(1000)
  expect(await Promise.all(lists)).toHaveLength(20)
  expect(reached).toEqual(['one list Pod a', 'one list Pod a'])
})
