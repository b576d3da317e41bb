// The scheduler on a clock that stands still: order, packing, releases, what it tells, and what it costs.
import { expect, test } from 'vitest'
import { CallError } from '../../../../shared/call-error.ts'
import type { KubernetesCall } from '../call-gate.ts'
import { conditionOf, podSpec, podStatus } from '../pod-shape.ts'
import { quickPods, unitCluster } from '../unit-cluster.ts'

test('the more important pods are placed first', async () => {
  const { kubernetes, pod, node, nodeOf, until, engine } = await unitCluster({}, quickPods)
  const metadata = { name: 'high' }
  await kubernetes.create({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata,
    value: 1000,
  })
  for (const name of ['low-1', 'low-2']) await pod(name, '4')
  await pod('important', '4', { spec: { priorityClassName: 'high' } })
  await until('all were refused', () =>
    engine.snapshot('v1', 'Pod').every((each) => conditionOf(podStatus(each), 'PodScheduled')),
  )
  await node('n')
  await until('one is placed', () =>
    engine.snapshot('v1', 'Pod').some((each) => nodeOf(each.metadata.name)),
  )
  expect(nodeOf('important')).toBe('n')
  expect([nodeOf('low-1'), nodeOf('low-2')]).toEqual([undefined, undefined])
  engine.stop()
})

test('no node is given more than it has, whatever the mix', async () => {
  const { clock, pod, node, engine } = await unitCluster({}, quickPods)
  for (let index = 0; index < 10; index++) await node(`n-${index}`)
  const asked = Array.from({ length: 60 }, (_, index) => 1 + (index % 3))
  await Promise.all(asked.map((cpu, index) => pod(`p-${index}`, String(cpu))))
  await clock.advance(1000)
  const perNode = new Map<string, number>()
  for (const each of engine.snapshot('v1', 'Pod')) {
    const node = podSpec(each).nodeName ?? ''
    const cpu = asked[Number(each.metadata.name.slice(2))] ?? 0
    if (node) perNode.set(node, (perNode.get(node) ?? 0) + cpu)
  }
  expect(perNode.size).toBe(10)
  expect(Math.max(...perNode.values())).toBe(4)
  engine.stop()
})

test('pods bound by others, and those of before its start, are counted', async () => {
  const { clock, kubernetes, pod, node, nodeOf, engine } = await unitCluster()
  await node('n')
  await pod('first', '3')
  await kubernetes.create({
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'first', namespace: 'a' },
    target: { apiVersion: 'v1', kind: 'Node', name: 'n' },
  })
  await pod('second', '2')
  engine.startCompanions(quickPods)
  await clock.advance(1000)
  expect([nodeOf('first'), nodeOf('second')]).toEqual(['n', undefined])
  engine.stop()
})

test('a pod is told once that it fits nowhere, with the reasons counted', async () => {
  const calls: KubernetesCall[] = []
  const { clock, pod, node, find, engine } = await unitCluster(
    { onCall: (call) => calls.push(call) },
    quickPods,
  )
  await node('small')
  await node('special', {
    spec: { taints: [{ key: 'special', value: 'yes', effect: 'NoSchedule' }] },
  })
  await pod('p', '5')
  await clock.advance(1000)
  await node('other')
  await clock.advance(60_000)
  const told = find('Pod', 'p')
  expect(told && conditionOf(podStatus(told), 'PodScheduled')?.message).toMatch(
    /^0\/2 nodes are available: 1 Insufficient cpu, 1 node\(s\) had untolerated taint {special: yes}\./,
  )
  const patches = calls.filter(
    ({ user, verb }) => user === 'system:kube-scheduler' && verb === 'patch',
  )
  expect(patches).toHaveLength(1)
  engine.stop()
})

test('a binding that the API server could not take is tried again', async () => {
  let failures = 3
  const before = ({ kind }: KubernetesCall): void => {
    if (kind === 'Binding' && failures-- > 0) throw new CallError('unavailable', 'try again')
  }
  const { pod, node, nodeOf, until, engine } = await unitCluster({ before }, quickPods)
  await node('n')
  await pod('p')
  await until('it is placed', () => nodeOf('p') === 'n')
  expect(failures).toBeLessThan(0)
  engine.stop()
})

test('a thousand pods on a thousand nodes cost one binding each, in no time of the clock', async () => {
  const calls: KubernetesCall[] = []
  const { clock, pod, node, engine } = await unitCluster(
    { onCall: (call) => calls.push(call) },
    quickPods,
  )
  await Promise.all(Array.from({ length: 1000 }, (_, index) => node(`n-${index}`)))
  await Promise.all(Array.from({ length: 1000 }, (_, index) => pod(`p-${index}`, '3')))
  await clock.advance(1)
  const nodes = engine.snapshot('v1', 'Pod').map((each) => each.spec?.['nodeName'])
  expect(new Set(nodes).size).toBe(1000)
  expect(nodes).not.toContain(undefined)
  const mine = calls.filter(
    ({ user, verb }) => user === 'system:kube-scheduler' && verb !== 'watch' && verb !== 'list',
  )
  expect(mine).toHaveLength(1000)
  engine.stop()
})
