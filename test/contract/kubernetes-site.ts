// Nodes and pods of one test, which no other test's pods can use, and how to wait for them.
import type { JsonObject, KubernetesObject } from '../../shared/manifests/object.ts'
import { type KubernetesSubject, refOf } from './kubernetes-subject.ts'

export const image = 'registry.invalid/pause:1'

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

export function condition(object: KubernetesObject, type: string): Condition | undefined {
  const conditions = object.status?.['conditions']
  if (!Array.isArray(conditions)) return undefined
  return (conditions as Condition[]).find((each) => each.type === type)
}

export function isReady(object: KubernetesObject): boolean {
  return condition(object, 'Ready')?.status === 'True'
}

/** Nodes and pods of one test: the nodes are tainted, so that only its own pods can use them. */
export interface Site {
  readonly namespace: string
  readonly label: string
  readonly node: (
    cpu: string,
    more?: { readonly ready?: 'True' | 'False'; readonly taints?: readonly JsonObject[] },
  ) => Promise<KubernetesObject>
  /** One that goes to this test's nodes. */
  readonly pod: (name: string, spec?: object, metadata?: object) => KubernetesObject
}

export async function site(subject: KubernetesSubject): Promise<Site> {
  const namespace = await subject.namespace()
  const label = subject.unique('site')
  return {
    namespace,
    label,
    async node(cpu, { ready = 'True', taints = [] } = {}) {
      const now = timestamp(subject)
      const wanted = [{ key: 'site', value: label, effect: 'NoSchedule' }, ...taints]
      const node = await subject.kubernetes.create({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: {
          name: subject.unique('node'),
          labels: { site: label },
          annotations: { 'kwok.x-k8s.io/node': 'fake' },
        },
        spec: { taints: wanted },
        status: {
          allocatable: { cpu, memory: '64Gi', pods: '32' },
          capacity: { cpu, memory: '64Gi', pods: '32' },
          conditions: [
            { type: 'Ready', status: ready, reason: 'KubeletReady', lastTransitionTime: now },
          ],
        },
      })
      subject.cleanUp(refOf(node))
      if (ready !== 'True') return node
      // A real server taints every new node, until somebody has seen that it is ready.
      return await subject.kubernetes.patch(refOf(node), { spec: { taints: wanted } })
    },
    pod: (name, spec = {}, metadata = {}) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, ...metadata },
      spec: {
        nodeSelector: { site: label },
        tolerations: [{ key: 'site', operator: 'Equal', value: label, effect: 'NoSchedule' }],
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'main', image, resources: { requests: { cpu: '1' } } }],
        ...spec,
      },
    }),
  }
}

/** Waits until the pod is Ready. */
export async function ready(
  subject: KubernetesSubject,
  pod: KubernetesObject,
): Promise<KubernetesObject> {
  return await subject.eventually(`${pod.metadata.name} ready`, async () => {
    const now = await subject.must(refOf(pod))
    return isReady(now) && now
  })
}

/** Waits until the scheduler has said that it finds no node. */
export async function unschedulable(
  subject: KubernetesSubject,
  pod: KubernetesObject,
): Promise<Condition> {
  return await subject.eventually(`${pod.metadata.name} unschedulable`, async () => {
    const scheduled = condition(await subject.must(refOf(pod)), 'PodScheduled')
    return scheduled?.reason === 'Unschedulable' && scheduled
  })
}

export function timestamp(subject: KubernetesSubject): string {
  return `${new Date(subject.clock.now()).toISOString().slice(0, 19)}Z`
}
