// The outside of models about pods: one namespace of Kubernetes, whose pods take their time to end, and are collected when
// the custom resource that they name as their owner is not the one that is there.
import { CallError } from '../../shared/call-error.ts'
import type { KubernetesObject, ObjectRef } from '../../shared/manifests/object.ts'
import type { Move } from './explorer/explore.ts'
import type { Call } from './explorer/process.ts'
import type { Reply, State } from './explorer/system.ts'

interface Pod {
  /** Which of the pods that were ever asked for it is. */
  readonly asked: number
  readonly isLeaving?: true
}

export interface WithPods {
  /** The uid of the custom resource that is there. */
  readonly owner: string
  readonly pods: Readonly<Record<string, Pod>>
}

/** What was ever asked for, each once: states hold its number. */
const asked: string[] = []

function numberOf(pod: KubernetesObject): number {
  const text = JSON.stringify(pod)
  const known = asked.indexOf(text)
  return known < 0 ? asked.push(text) - 1 : known
}

function podOf({ asked: number, isLeaving }: Pod): KubernetesObject {
  const pod = JSON.parse(asked[number] ?? '') as KubernetesObject
  const leaving = isLeaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}
  return { ...pod, metadata: { ...pod.metadata, uid: `uid-${pod.metadata.name}`, ...leaving } }
}

function isSelected({ metadata }: KubernetesObject, selector: string): boolean {
  return selector.split(',').every((part) => {
    const [key = '', value] = part.split('=')
    return metadata.labels?.[key] === value
  })
}

export function replyOfPods<Outside extends WithPods>(
  { port, method, args }: Call,
  outside: Outside,
): Reply<Outside> {
  if (port !== 'kubernetes') return { value: undefined }
  const { pods } = outside
  const become = (next: WithPods['pods']): Outside => ({ ...outside, pods: next })
  switch (method) {
    case 'list': {
      const { labelSelector } = args[1] as { labelSelector: string }
      const items = Object.values(pods).map(podOf)
      return { value: { items: items.filter((pod) => isSelected(pod, labelSelector)) } }
    }
    // Its custom resource, from which a report would be pulled.
    case 'get':
      return { value: undefined }
    // Somebody deletes the custom resource, and it is made again.
    case 'deleteAll':
      return {
        value: undefined,
        outside: { ...outside, owner: (args[1] as { labelSelector: string }).labelSelector },
      }
    case 'create': {
      const pod = args[0] as KubernetesObject
      const { name } = pod.metadata
      if (pods[name]) return { error: new CallError('exists', name) }
      const made = { asked: numberOf(pod) }
      return { value: podOf(made), outside: become({ ...pods, [name]: made }) }
    }
    case 'delete': {
      const { name } = args[0] as ObjectRef
      const found = pods[name]
      if (!found) return { error: new CallError('not-found', name) }
      return { value: undefined, outside: become({ ...pods, [name]: leaving(found) }) }
    }
    default:
      throw new Error(`this Kubernetes has no "${method}"`)
  }
}

const leaving = (pod: Pod): Pod => ({ ...pod, isLeaving: true })

/** Pods that stay: they are not on their way out, and their owner is there. */
export const stayingIn = ({ pods, owner }: WithPods): string[] =>
  Object.entries(pods).flatMap(([name, pod]) =>
    pod.isLeaving || !isOwnedBy(owner, pod) ? [] : [name],
  )

const isOwnedBy = (owner: string, pod: Pod): boolean =>
  podOf(pod).metadata.ownerReferences?.some(({ uid }) => uid === owner) === true

/** Each pod that goes may be gone now; each that is left behind may be collected. */
export function podsEnd<Outside extends WithPods>(state: State<Outside>): Move<State<Outside>>[] {
  const { outside } = state
  return Object.entries(outside.pods)
    .filter(([, pod]) => pod.isLeaving || !isOwnedBy(outside.owner, pod))
    .map(([name]) => {
      const { [name]: _, ...pods } = outside.pods
      const next = { ...state, outside: { ...outside, pods } }
      return { label: `Kubernetes: ${name} is gone`, next: () => Promise.resolve(next) }
    })
}
