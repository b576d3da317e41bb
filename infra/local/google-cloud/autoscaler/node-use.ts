// What stands on each node, and how much room is left on it.
import { DAEMON_SETS } from '../../../../shared/domain/sizing.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { amountOf } from '../../kubernetes/quantity.ts'
import type { NodeTaint } from '../nodes/node-fit.ts'
import { minus } from '../nodes/node-fit.ts'
import type { Machine } from '../nodes/node-fleet.ts'
import { NOT_READY } from '../nodes/node-template.ts'
import { isDaemon, isLive, podRequests, podSpec, type Room } from '../nodes/pod-view.ts'
import type { Bin } from './scale-up-plan.ts'

export interface NodeUse {
  readonly node: KubernetesObject
  readonly name: string
  readonly pool: string | undefined
  readonly isReady: boolean
  /** Live pods that no DaemonSet owns. */
  readonly pods: number
  readonly on: readonly KubernetesObject[]
}

export function taintsOf(node: KubernetesObject): readonly NodeTaint[] {
  const taints = node.spec?.['taints']
  // The API server has validated the Node.
  return Array.isArray(taints) ? taints : []
}

function isReady(node: KubernetesObject): boolean {
  const conditions = node.status?.['conditions']
  return (
    Array.isArray(conditions) &&
    (conditions as { type?: string; status?: string }[]).some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    )
  )
}

export function nodeUses(
  nodes: Iterable<KubernetesObject>,
  pods: Iterable<KubernetesObject>,
): NodeUse[] {
  const standing = new Map<string, KubernetesObject[]>()
  for (const pod of pods) {
    const { nodeName } = podSpec(pod)
    if (nodeName === undefined || !isLive(pod)) continue
    const on = standing.get(nodeName)
    if (on) on.push(pod)
    else standing.set(nodeName, [pod])
  }
  return Array.from(nodes, (node) => {
    const { name, labels } = node.metadata
    const on = standing.get(name) ?? []
    return {
      node,
      name,
      pool: labels?.['cloud.google.com/gke-nodepool'],
      isReady: isReady(node),
      pods: on.filter((pod) => !isDaemon(pod)).length,
      on,
    }
  })
}

const MIB = 2 ** 20

/** What GKE's DaemonSets take, whether their pods are simulated or not. */
function withDaemons(room: Room, on: readonly KubernetesObject[]): Room {
  const daemons = on.filter(isDaemon).map((pod) => podRequests(podSpec(pod)))
  const sum = (of: 'cpuMilli' | 'memoryBytes'): number =>
    daemons.reduce((total, requests) => total + requests[of], 0)
  return {
    cpuMilli: room.cpuMilli - Math.max(sum('cpuMilli'), DAEMON_SETS.cpuMilli),
    memoryBytes: room.memoryBytes - Math.max(sum('memoryBytes'), DAEMON_SETS.memoryMib * MIB),
    pods: room.pods - Math.max(1, daemons.length),
  }
}

function binOf({ node, on }: NodeUse): Bin {
  const allocatable = (node.status?.['allocatable'] ?? {}) as Readonly<Record<string, unknown>>
  const all: Room = {
    cpuMilli: amountOf('cpu', allocatable['cpu']),
    memoryBytes: amountOf('memory', allocatable['memory']),
    pods: amountOf('pods', allocatable['pods']),
  }
  const room = on
    .filter((pod) => !isDaemon(pod))
    .reduce((left, pod) => minus(left, podRequests(podSpec(pod))), withDaemons(all, on))
  // A node that is coming up will lose this taint: its room counts.
  const taints = taintsOf(node).filter(({ key }) => key !== NOT_READY.key)
  return { labels: node.metadata.labels ?? {}, taints, room }
}

/** The nodes that are there and the machines that still boot. */
export function binsOf(uses: readonly NodeUse[], machines: readonly Machine[]): Bin[] {
  const known = new Set(uses.map(({ name }) => name))
  const booting = machines.filter(({ name }) => !known.has(name))
  return [
    ...uses.map(binOf),
    ...booting.map(({ template: { labels, taints, room } }) => ({ labels, taints, room })),
  ]
}
