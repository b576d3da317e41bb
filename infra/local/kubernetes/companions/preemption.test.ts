// Less important pods make way for those that fit nowhere: by the scheduler on a clock that stands still.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KubernetesCall } from '../call-gate.ts'
import { quickPods, unitCluster, type UnitCluster } from '../unit-cluster.ts'

let cluster: UnitCluster
let calls: KubernetesCall[]
beforeEach(async () => {
  calls = []
  cluster = await unitCluster({ onCall: (call) => calls.push(call) }, quickPods)
  for (const [name, value, preemptionPolicy] of [
    ['spark', 1000, 'PreemptLowerPriority'],
    ['polite', 2000, 'Never'],
    ['warm', -10, 'Never'],
    ['warmer', -5, 'Never'],
  ] as const)
    await cluster.kubernetes.create({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value,
      preemptionPolicy,
    })
})
afterEach(() => cluster.engine.stop())

const pod = (name: string, cpu: string, priorityClassName: string) =>
  cluster.pod(name, cpu, { spec: { priorityClassName, terminationGracePeriodSeconds: 0 } })
const places = (...names: string[]) => names.map((name) => cluster.nodeOf(name))
const isThere = (name: string): boolean => cluster.find('Pod', name) !== undefined
const evictions = () =>
  calls.filter(({ user, verb }) => user === 'system:kube-scheduler' && verb === 'delete')

test('a pod of a class that preempts takes the place of a less important one, and of no more', async () => {
  await cluster.node('n-1')
  await cluster.node('n-2')
  for (const name of ['w-1', 'w-2']) await pod(name, '3', 'warm')
  await cluster.clock.advance(1000)
  await pod('executor', '3', 'spark')
  await cluster.clock.advance(1000)
  expect(cluster.nodeOf('executor')).toBeDefined()
  expect([isThere('w-1'), isThere('w-2')].filter(Boolean)).toHaveLength(1)
  expect(evictions()).toHaveLength(1)
})

test('one that never preempts waits, and one is never preempted by its equal', async () => {
  await cluster.node('n-1')
  await pod('w-1', '3', 'warm')
  await cluster.clock.advance(1000)
  await pod('driver', '3', 'polite')
  await cluster.clock.advance(1000)
  expect(places('driver', 'w-1')).toEqual([undefined, 'n-1'])
  await pod('first', '3', 'spark')
  await cluster.clock.advance(1000)
  // What was freed goes to the most important of those that wait, whoever had it freed.
  expect(places('driver', 'first')).toEqual(['n-1', undefined])
  await pod('second', '3', 'spark')
  await cluster.clock.advance(1000)
  expect(evictions()).toHaveLength(1)
})

test('the least important go, as few as will do, and who has room elsewhere evicts nobody', async () => {
  await cluster.node('n-1')
  await pod('big', '3', 'warmer')
  await cluster.clock.advance(100)
  await cluster.node('n-2')
  await pod('small-1', '2', 'warm')
  await pod('small-2', '2', 'warm')
  await cluster.clock.advance(1000)
  await pod('executor', '2', 'spark')
  await cluster.clock.advance(1000)
  expect(cluster.nodeOf('executor')).toBe('n-2')
  expect(isThere('big')).toBe(true)
  expect([isThere('small-1'), isThere('small-2')].filter(Boolean)).toHaveLength(1)
  await cluster.node('n-3')
  await pod('another', '4', 'spark')
  await cluster.clock.advance(1000)
  expect([cluster.nodeOf('another'), evictions().length]).toEqual(['n-3', 1])
})

test('a pod whose victim takes its time is nominated, and takes nobody else', async () => {
  await cluster.node('n-1')
  await cluster.node('n-2')
  for (const name of ['w-1', 'w-2'])
    await cluster.pod(name, '3', {
      spec: { priorityClassName: 'warm', terminationGracePeriodSeconds: 30 },
    })
  await cluster.clock.advance(1000)
  await pod('executor', '3', 'spark')
  await cluster.clock.advance(1000)
  const nominated = cluster.find('Pod', 'executor')?.status?.['nominatedNodeName']
  expect(['n-1', 'n-2']).toContain(nominated)
  await cluster.clock.advance(60_000)
  expect(cluster.nodeOf('executor')).toBe(nominated)
  expect(evictions()).toHaveLength(1)
})
