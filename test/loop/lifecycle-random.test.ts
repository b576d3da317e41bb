// Requests at random moments, with deliveries doubled and out of order: whatever came last is so in the end, every request
// has been told what became of it, and nothing is left over.
import { expect, it } from 'vitest'
import { seededRandom } from '../../infra/local/clock.ts'
import type { Entity } from '../../shared/domain/entity.ts'
import { CLUSTER, event, type Loop, WORKSPACE } from './fixture.ts'
import { change, startRunning } from './lifecycle.ts'
import { heldBy, inCloud, inKubernetes } from './whole.ts'

const MINUTE = 60_000
const WISHES: readonly Record<string, unknown>[] = [
  { action: 'resize', executors: { count: 3 } },
  { action: 'resize', executors: { count: 60 } },
  { action: 'resize', executors: { autoscale: { min: 12, max: 20 } } },
  { action: 'restart' },
  { action: 'terminate' },
  { action: 'start' },
  { action: 'start' },
  { action: 'delete' },
]

it.each([1, 2, 3, 4])('seed %i', async (seed) => {
  const random = seededRandom(seed)
  const knobs = {
    duplicate: () => 1,
    drop: (name: string) => !name.endsWith('-requested') && name !== 'sweep' && random() < 0.2,
    delayMs: () => random() * 3000,
  }
  const loop = await startRunning(5, { busKnobs: knobs, hostKnobs: knobs })
  for (let at = 0; at < 12; at++) {
    const wish = WISHES[Math.floor(random() * WISHES.length)] ?? {}
    if (random() < 0.15) {
      await loop.stack.publish('cluster-requested', event('cluster-requested', `c-${at}-${seed}`))
    } else {
      await loop.stack.publish('cluster-change-requested', change(`r-${at}`, wish))
    }
    await loop.clock.advance(Math.floor(random() ** 3 * 3 * MINUTE))
  }
  // Every second time it is forced away in the middle of it.
  if (seed % 2 === 1) await settledRight(loop)
  const remove = { change: { action: 'delete', force: true } }
  await loop.stack.publish(
    'workspace-change-requested',
    event('workspace-change-requested', 'w-end', remove),
  )
  await loop.reach(WORKSPACE, 'NOT_PROVISIONED', 3 * 60 * MINUTE)
  expect(inCloud(loop, true)).toEqual([])
  expect(heldBy(loop, WORKSPACE)).toEqual([])
  expect(await stillAccepted(loop)).toEqual([])
  await loop.stop()
})

async function stillAccepted({ stack }: Loop): Promise<unknown[]> {
  const requests = await stack.store.list('accounts/acme/requests')
  return requests.filter(({ data }) => data['is'] === 'accepted')
}

async function settledRight(loop: Loop): Promise<void> {
  const isQuiet = async (): Promise<boolean> => {
    const cluster = await loop.entity(CLUSTER)
    if (!cluster) return true
    const run = await loop.stack.store.get(`${CLUSTER}/runs/${cluster.generation}`)
    return run?.data['is'] === 'settled'
  }
  await loop.clock.advance(MINUTE)
  await loop.clock.until('quiet', isQuiet, 60 * MINUTE)
  await loop.clock.advance(3 * MINUTE)
  expect(await there(loop)).toEqual(wanted(await loop.entity(CLUSTER)))
  expect(await stillAccepted(loop)).toEqual([])
  expect(loop.logged.filter(({ fields }) => JSON.stringify(fields).includes('not quiet'))).toEqual(
    [],
  )
}

interface Whole {
  readonly state: string
  readonly pods: number
  readonly ready: number
  readonly isHeld: boolean
}

/** What there must be of a cluster that has come to rest. */
function wanted(cluster: Entity | undefined): Whole {
  if (cluster?.kind !== 'cluster' || cluster.want === 'down') {
    const state = cluster ? 'TERMINATED' : 'deleted'
    return { state, pods: 0, ready: 0, isHeld: false }
  }
  const { count } = cluster.spec.executors
  return { state: 'RUNNING', pods: count + 1, ready: count, isHeld: true }
}

async function there(loop: Loop): Promise<Whole> {
  const cluster = await loop.entity(CLUSTER)
  return {
    state: cluster?.state ?? 'deleted',
    pods: inKubernetes(loop).filter((name) => name.includes('/')).length,
    ready: cluster && 'executors' in cluster ? cluster.executors.ready : 0,
    isHeld: heldBy(loop, CLUSTER).length > 0,
  }
}
