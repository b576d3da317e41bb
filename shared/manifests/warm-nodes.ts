// Placeholder pods that keep nodes ready: each asks for as much as an executor of its machine type does, so it has a node of
// its own, which stays while it does; a Spark pod that fits nowhere takes its place at once. A Deployment makes them anew, so
// the autoscaler brings the next node meanwhile.
import type { WorkspaceIds } from '../domain/names.ts'
import type { Resources } from '../domain/sizing.ts'
import { labelKeys, workspaceMark } from './labels.ts'
import { denyAll } from './network-policies.ts'
import type { KubernetesObject } from './object.ts'
import { restrictedContainer, restrictedNamespace, restrictedPod } from './pod-security.ts'
import { priorityClassName } from './priority-classes.ts'
import { cpuQuantity, memoryQuantity } from './quantities.ts'

const WARM_NAMESPACE = 'kindling-warm'

export interface WarmShape {
  readonly machineType: string
  /** Of the node's label and taint. */
  readonly pool: string
  readonly zone: string
  readonly count: number
  readonly size: Resources
}

export interface WarmInput extends WorkspaceIds {
  readonly life: number
  /** That clusters will ask for: a node that has run it has pulled it. */
  readonly image: string
  readonly shapes: readonly WarmShape[]
}

export function warmObjects(input: WarmInput): KubernetesObject[] {
  const labels = workspaceMark(input, input.life)
  const namespace = { name: WARM_NAMESPACE, labels: { ...labels, ...restrictedNamespace } }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: namespace },
    denyAll(WARM_NAMESPACE, labels),
    ...input.shapes.map((shape) => deployment(input, shape)),
  ]
}

function deployment(input: WarmInput, shape: WarmShape): KubernetesObject {
  const { machineType, pool, zone, count } = shape
  const labels = workspaceMark(input, input.life)
  const name = `${machineType}-${zone}`
  const own = { [labelKeys.role]: 'warm', 'app.kubernetes.io/name': name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: WARM_NAMESPACE, labels },
    spec: {
      replicas: count,
      // Never one more than the budget allows.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: own },
      template: {
        metadata: { labels: { ...labels, ...own, [labelKeys.pool]: pool } },
        spec: {
          ...restrictedPod,
          priorityClassName: priorityClassName('warm'),
          // Nothing is lost with it, and somebody waits for its place.
          terminationGracePeriodSeconds: 0,
          nodeSelector: { [labelKeys.pool]: pool, 'topology.kubernetes.io/zone': zone },
          tolerations: [
            { key: labelKeys.pool, operator: 'Equal', value: pool, effect: 'NoSchedule' },
          ],
          containers: [container(input.image, shape)],
        },
      },
    },
  }
}

function container(image: string, { size }: WarmShape) {
  const memory = memoryQuantity(size.memoryMib)
  return {
    ...restrictedContainer,
    name: 'placeholder',
    image,
    command: ['sleep', 'infinity'],
    resources: { requests: { cpu: cpuQuantity(size.cpuMilli), memory }, limits: { memory } },
  }
}
