// The guards of a process: one for Firestore, Pub/Sub and each Kubernetes API, and for GKE and Compute in each project and
// region, so that what befalls one holds nobody up at another. Whoever opens a port puts its guard before it.
import { around, type Call, type Hook } from '../around.ts'
import { limits } from '../catalog/limits.ts'
import type { Gke, Network } from '../google-ports.ts'
import type { Bus, Clock, Kubernetes, Store, WorkspaceIdentity } from '../ports.ts'
import { type EndpointGuard, endpointGuard } from './endpoint-guard.ts'
import { recent } from './recent.ts'
import { type SharedLists, sharedLists } from './shared-lists.ts'

export interface PortGuards {
  store(port: Store): Store
  bus(port: Bus): Bus
  gke(port: Gke, of: WorkspaceIdentity): Gke
  network(port: Network, of: WorkspaceIdentity): Network
  kubernetes(port: Kubernetes, endpoint: string): Kubernetes
}

export interface KubernetesRate {
  /** Calls at a time to one Kubernetes API. */
  readonly atOnce: number
  readonly perSecond: number
}

/** Endpoints that a process remembers the health of. */
const ENDPOINTS_MAX = 1000

export function portGuards(clock: Clock, rate: KubernetesRate = limits.kubernetesRate): PortGuards {
  const guards = recent<EndpointGuard>(ENDPOINTS_MAX)
  const listsOf = recent<SharedLists>(ENDPOINTS_MAX)
  const share = { ...rate, burst: Math.max(rate.perSecond, limits.cluster.executors) }
  const before = (name: string): Hook => {
    const guard = guards.get(name, () => endpointGuard(clock, name))
    return (_, proceed) => guard.run('', proceed)
  }
  const inPlace = (api: string, { project, region }: WorkspaceIdentity): Hook =>
    before(`${api} of ${project} in ${region}`)
  return {
    store: (port) => around('store', port, before('Firestore')),
    bus: (port) => around('bus', port, before('Pub/Sub')),
    gke: (port, of) => around('gke', port, inPlace('GKE', of)),
    network: (port, of) => around('network', port, inPlace('Compute', of)),
    kubernetes(port, endpoint) {
      const name = `the Kubernetes API at ${endpoint}`
      const guard = guards.get(name, () => endpointGuard(clock, name, share))
      const lists = listsOf.get(name, sharedLists)
      return around('kubernetes', port, (call, proceed) => {
        const guarded = (): Promise<unknown> => guard.run(flowOf(call), proceed)
        return call.method === 'list' ? lists.ask(JSON.stringify(call.args), guarded) : guarded()
      })
    },
  }
}

interface Placed {
  readonly kind?: string
  readonly namespace?: string
  readonly name?: string
  readonly metadata?: { readonly namespace?: string; readonly name: string }
}

/** The namespace, which each cluster has one of; so it takes its turn as the cluster that it is made for. */
function flowOf({ args: [first] }: Call): string {
  const { kind, namespace, name, metadata } = first as Placed // an object, a reference or a kind
  const isNamespace = kind === 'Namespace'
  return (isNamespace ? (metadata?.name ?? name) : (metadata?.namespace ?? namespace)) ?? ''
}
