// The quota race (rule *quota-conflict*): two API servers on one etcd write the same quota, and one of them is told Conflict.
// One API server alone counts in turn and hides it; a regional GKE cluster has several.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import type { Kubernetes } from '../../shared/ports.ts'
import { createOrGet, inParallel } from '../../shared/steps/kubernetes-objects.ts'
import { configMap } from '../contract/kubernetes-subject.ts'
import { realKubernetes, type RealKubernetes } from './real-kubernetes.ts'

const COUNT = 200
/** A server tries four times to write a quota before it says so: now and then the other is faster each time. */
const ROUNDS = 30
let real: RealKubernetes
let servers: readonly [Kubernetes, Kubernetes]

beforeAll(async () => {
  real = await realKubernetes()
  servers = [real.kubernetes, await real.anotherServer()]
}, 120_000)
afterAll(async () => {
  await real.close()
}, 60_000)

async function underQuota(name: string, count: number): Promise<string> {
  const { kubernetes, clock } = real
  await kubernetes.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', name: 'own', namespace: name }
  const metadata = { name: 'own', namespace: name }
  const spec = { hard: { 'count/configmaps': String(count) } }
  await kubernetes.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec })
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' }
  const isReady = async (): Promise<boolean> => {
    const counted = (await kubernetes.get(quota))?.status?.['used'] !== undefined
    return counted && (await kubernetes.get(account)) !== undefined
  }
  while (!(await isReady())) await clock.sleep(50)
  return name
}

const names = Array.from({ length: COUNT }, (_, at) => `m-${at}`)

interface Outcomes {
  readonly made: number
  readonly conflict: number
  readonly denied: number
}

/** How many of parallel creates end in which way, spread over so many servers. */
async function outcomes(
  namespace: string,
  over: readonly Kubernetes[],
  round: number,
): Promise<Outcomes> {
  const ends = await Promise.all(
    names.map((name, at) =>
      (over[at % over.length] ?? servers[0]).create(configMap(namespace, `${name}-${round}`)).then(
        () => 'made',
        (error: unknown) => (error instanceof CallError ? error.kind : String(error)),
      ),
    ),
  )
  const count = (end: string): number => ends.filter((each) => each === end).length
  return { made: count('made'), conflict: count('conflict'), denied: count('denied') }
}

async function rounds(namespace: string, over: readonly Kubernetes[]) {
  let sum = { rounds: 0, made: 0, conflict: 0, denied: 0 }
  while (sum.rounds < ROUNDS && sum.conflict === 0) {
    const { made, conflict, denied } = await outcomes(namespace, over, sum.rounds)
    sum = {
      rounds: sum.rounds + 1,
      made: sum.made + made,
      conflict: sum.conflict + conflict,
      denied: sum.denied + denied,
    }
  }
  return sum
}

async function stored(namespace: string): Promise<number> {
  const { items } = await real.kubernetes.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace })
  return items.filter(({ metadata }) => metadata.name.startsWith('m-')).length
}

test('one API server counts in turn; of two, creates are refused as conflicts', async ({
  annotate,
}) => {
  const room = COUNT * ROUNDS + 10
  const alone = await outcomes(await underQuota('race-alone', room), [servers[0]], 0)
  const together = await rounds(await underQuota('race-together', room), servers)
  await annotate(`one server: ${JSON.stringify(alone)}; two servers: ${JSON.stringify(together)}`)
  expect(alone).toEqual({ made: COUNT, conflict: 0, denied: 0 })
  expect(together.conflict).toBeGreaterThan(0)
  expect(together.made + together.conflict + together.denied).toBe(COUNT * together.rounds)
  // A refusal is never taken for success.
  expect(await stored('race-together')).toBe(together.made)
}, 180_000)

/** The same port; `told` hears of each conflict that a create ends in. */
function listening(kubernetes: Kubernetes, told: () => void): Kubernetes {
  return {
    ...kubernetes,
    create: async (object) =>
      await kubernetes.create(object).catch((error: unknown) => {
        if (error instanceof CallError && error.kind === 'conflict') told()
        throw error
      }),
  }
}

test('the step rides it out: everything is there once', async ({ annotate }) => {
  const namespace = await underQuota('race-ridden', COUNT * ROUNDS * 2)
  const seen = { conflicts: 0 }
  const faces = servers.map((server) => listening(server, () => seen.conflicts++))
  let round = 0
  for (; round < ROUNDS && seen.conflicts === 0; round++) {
    const lanes = faces.map((face, lane) =>
      inParallel(
        names.filter((_, at) => at % 2 === lane),
        (name) => createOrGet(face, real.clock, configMap(namespace, `${name}-${round}`)),
      ),
    )
    await Promise.all(lanes)
  }
  await annotate(`${seen.conflicts} conflicts in ${round} rounds of ${COUNT} creates`)
  expect(seen.conflicts).toBeGreaterThan(0)
  expect(await stored(namespace)).toBe(COUNT * round)
}, 180_000)
