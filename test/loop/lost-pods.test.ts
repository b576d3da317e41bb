// A cluster that runs loses pods: nobody makes bare pods again but the loop, when a snapshot says that they are missing
// (protocol rule 12, rule *spot*).
import { describe, expect, it } from 'vitest'
import { labelKeys } from '../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { minutes } from '../../shared/domain/time.ts'
import { CLUSTER, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { die } from './pod-deaths.ts'
import { askForCluster, askForWorkspace } from './whole.ts'

async function running(count: number): Promise<Loop> {
  const loop = await startLoop()
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop, { count })
  await loop.reach(CLUSTER, 'RUNNING')
  await loop.clock.advance(minutes(1))
  return loop
}

function podsOf({ stack }: Loop, role?: 'driver' | 'executor'): KubernetesObject[] {
  return [...stack.data.clusters.values()]
    .flatMap((engine) => engine.snapshot('v1', 'Pod'))
    .filter(({ metadata: { labels } }) => {
      const own = labels?.[labelKeys.role]
      return own !== undefined && (role === undefined || own === role)
    })
    .toSorted((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
}

const namesOf = (pods: readonly KubernetesObject[]): string[] =>
  pods.map(({ metadata }) => metadata.name)

/** Waits until so many executors and the driver are ready again. */
async function whole(loop: Loop, count: number): Promise<void> {
  const isWhole = (): boolean => {
    const pods = podsOf(loop)
    return pods.length === count + 1 && pods.every(isReady)
  }
  await loop.clock.until('all pods are ready', isWhole, minutes(10))
}

function isReady({ status }: KubernetesObject): boolean {
  const conditions = (status?.['conditions'] ?? []) as readonly { type: string; status: string }[]
  return conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
}

describe('a cluster that runs', () => {
  it('gets lost executors back under other names, and says meanwhile how many are ready', async () => {
    const loop = await running(3)
    await die(loop, podsOf(loop, 'executor').slice(1))
    await whole(loop, 3)
    expect(namesOf(podsOf(loop, 'executor'))).toEqual([
      'executor-0001-1',
      'executor-0002-1-r1',
      'executor-0003-1-r1',
    ])
    await loop.clock.advance(minutes(2))
    expect(await loop.cluster()).toMatchObject({
      state: 'RUNNING',
      executors: { requested: 3, ready: 3 },
    })
    await loop.stop()
  })

  it('gets a lost driver back', async () => {
    const loop = await running(2)
    await die(loop, podsOf(loop, 'driver'))
    await whole(loop, 2)
    expect(namesOf(podsOf(loop, 'driver'))).toEqual(['driver-1-r1'])
    await loop.clock.advance(minutes(2))
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING' })
    await loop.stop()
  })

  it('gets all of its pods back at once', async () => {
    const loop = await running(2)
    await die(loop, podsOf(loop))
    await whole(loop, 2)
    await loop.clock.advance(minutes(2))
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING' })
    await loop.stop()
  })

  it.each(['preempt', 'lose-node'] as const)(
    'spot: %s: takes the machine of a driver, and one of an executor; both come back, once',
    async (fault) => {
      const loop = await running(3)
      const { faults } = loop.stack.data.cloud
      const before = new Set(podsOf(loop).map(({ metadata: { uid } }) => uid))
      await faults.set(fault, { role: 'driver' })
      await faults.set(fault, { role: 'executor' })
      const isReplaced = (): boolean =>
        podsOf(loop).filter(({ metadata: { uid } }) => !before.has(uid)).length === 2
      await loop.clock.until('two pods are new', isReplaced, minutes(20))
      await whole(loop, 3)
      await loop.clock.advance(minutes(2))
      expect(await loop.cluster()).toMatchObject({
        state: 'RUNNING',
        executors: { requested: 3, ready: 3 },
      })
      await loop.stop()
    },
  )

  it('gets deleted executors back, each once', async () => {
    const loop = await running(3)
    const [engine] = loop.stack.data.clusters.values()
    const [pod] = podsOf(loop, 'executor')
    const { name = '', namespace = '' } = pod?.metadata ?? {}
    await engine?.face('system:admin').delete({ apiVersion: 'v1', kind: 'Pod', name, namespace })
    await loop.clock.advance(1000)
    await whole(loop, 3)
    await loop.clock.advance(minutes(5))
    expect(podsOf(loop, 'executor')).toHaveLength(3)
    await loop.stop()
  })
})
