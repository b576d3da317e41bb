// Every method of every port that can be refused, cut off, doubled or died in.
import { gkeMethods, networkMethods } from '../../../infra/local/google-cloud/faults/call-faults.ts'
import type { Gke, Network } from '../../../shared/google-ports.ts'
import type { Bus, Kubernetes, Store } from '../../../shared/ports.ts'
import { isMutation } from '../../../shared/runtime/call-limits.ts'
import type { Aim } from '../strikes.ts'
import type { FaultKind } from '../weather.ts'

interface Ports {
  readonly store: Store
  readonly bus: Bus
  readonly gke: Gke
  readonly network: Network
  readonly kubernetes: Kubernetes
}

/** A watch is no call: the agent alone has one, and no handler. */
const methods: { readonly [Port in keyof Ports]: readonly Exclude<keyof Ports[Port], 'watch'>[] } =
  {
    store: ['get', 'list', 'find', 'snapshot', 'commit', 'transaction'],
    bus: [
      'publish',
      'getTopic',
      'createTopic',
      'allowPublisher',
      'subscribe',
      'unsubscribe',
      'deleteTopic',
    ],
    gke: gkeMethods,
    network: networkMethods,
    kubernetes: ['get', 'list', 'create', 'patch', 'delete', 'deleteAll'],
  }

const ALL: readonly FaultKind[] = ['crash-before', 'freeze', 'call-refused']
const MUTATIONS: readonly FaultKind[] = [
  ...ALL,
  'crash-after',
  'answer-lost',
  'call-doubled',
  'effect-late',
]

/** Such as `crash-after store.commit`. */
export function callProbes(): string[] {
  return Object.entries(methods).flatMap(([port, names]) =>
    names.flatMap((method) => kindsAt(method).map((kind) => `${kind} ${port}.${method}`)),
  )
}

/** Each kind of fault at one call, such as `bus.publish`. */
export function aimsAt(call: string): Aim[] {
  const [port = '', method = ''] = call.split('.')
  return kindsAt(method).map((kind) => ({ kind, port, method }))
}

function kindsAt(method: string): FaultKind[] {
  const kinds = isMutation(method) ? MUTATIONS : ALL
  // The client runs a transaction's body itself: cut off, it lands at once or never, and it is not sent twice.
  const isOwn = (kind: FaultKind): boolean =>
    method === 'transaction' && (kind === 'effect-late' || kind === 'call-doubled')
  return kinds.filter((kind) => !isOwn(kind))
}
