// Which nodes are kept warm, as pods come, move on and go.
import { expect, test } from 'vitest'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { warmPods } from './warm-pods.ts'

const pod = (
  uid: string,
  nodeName?: string,
  more: object = {},
  role = 'warm',
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: uid, uid, labels: { 'kindling.dev/role': role }, ...more },
  spec: nodeName === undefined ? {} : { nodeName },
})

test('a node is warm from when its placeholder is bound to when that is asked to go', () => {
  const pods = warmPods()
  const nodes = () => [...pods.nodes()]
  pods.put(pod('a'))
  pods.put(pod('executor', 'n-0', {}, 'executor'))
  expect(nodes()).toEqual([])
  pods.put(pod('a', 'n-1'))
  pods.put(pod('b', 'n-2'))
  expect(nodes()).toEqual(['n-1', 'n-2'])
  pods.put(pod('a', 'n-1', { deletionTimestamp: '2026-01-01T00:00:00Z' }))
  expect(nodes()).toEqual(['n-2'])
  pods.remove(pod('b', 'n-2'))
  expect(nodes()).toEqual([])
  pods.put(pod('b', 'n-2'))
  pods.replace([pod('c', 'n-3')])
  expect(nodes()).toEqual(['n-3'])
})
