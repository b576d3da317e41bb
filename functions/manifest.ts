// The table of contents: every function, what wakes it, how it is retried, and what it may touch. The local stack, the
// deployment and the rights of each function's own identity are made from it.
import { clusterRequested } from '../events/cluster-requested.ts'
import { clusterChangeRequested } from '../events/cluster-change-requested.ts'
import { idleTimeout } from '../events/idle-timeout.ts'
import { podSnapshot } from '../events/pod-snapshot.ts'
import { workspaceChangeRequested } from '../events/workspace-change-requested.ts'
import { workspaceRequested } from '../events/workspace-requested.ts'

export type Trigger =
  /** A push subscription on one topic. */
  | { readonly is: 'topic'; readonly topic: string }
  /** A push subscription on each topic that begins so; workspaces bring theirs with them. */
  | { readonly is: 'topics'; readonly prefix: string }
  /** A Firestore document was created; `*` stands for one segment. */
  | { readonly is: 'created'; readonly documents: readonly string[] }
  /** A call by an operator. */
  | { readonly is: 'http' }

export type Port = 'store' | 'bus' | 'gke' | 'network' | 'kubernetes'

export interface FunctionRow {
  readonly on: Trigger
  /** Seconds after which an invocation is cut off. */
  readonly timeoutS: number
  /** Invocations that one instance takes at a time. */
  readonly concurrency: number
  /** Back-off between deliveries, seconds. */
  readonly retry: { readonly minS: number; readonly maxS: number }
  /** Deliveries of a message before it is given up on and becomes a dead letter, 5 to 100; absent: none ever is. */
  readonly deliveries?: number
  readonly can: readonly Port[]
}

/** Where messages go that were given up on. */
export const DEAD_LETTERS = 'dead-letter'

const everything: readonly Port[] = ['store', 'bus', 'gke', 'network', 'kubernetes']
const topic = (name: string): Trigger => ({ is: 'topic', topic: name })
const created = (...documents: string[]): Trigger => ({ is: 'created', documents })
const retry = { minS: 10, maxS: 600 }
/** Of requests, which nobody else knows of: an hour and a half of trying. */
const ofRequests = { retry, deliveries: 15 }
/** Of hints, which the sweep makes up for: the fewest that Pub/Sub takes. */
const ofHints = { retry, deliveries: 5 }

export const manifest = {
  'workspace-requested': {
    on: topic(workspaceRequested.topic),
    timeoutS: 120,
    concurrency: 20,
    ...ofRequests,
    can: everything,
  },
  'workspace-change-requested': {
    on: topic(workspaceChangeRequested.topic),
    timeoutS: 120,
    concurrency: 20,
    ...ofRequests,
    can: everything,
  },
  'cluster-requested': {
    on: topic(clusterRequested.topic),
    timeoutS: 120,
    concurrency: 20,
    ...ofRequests,
    can: everything,
  },
  'cluster-change-requested': {
    on: topic(clusterChangeRequested.topic),
    timeoutS: 120,
    concurrency: 20,
    ...ofRequests,
    can: everything,
  },
  'step-due': {
    on: created('accounts/*/attempts/*'),
    timeoutS: 180,
    concurrency: 20,
    retry,
    can: everything,
  },
  'operation-ended': {
    on: topic('audit-log'),
    timeoutS: 180,
    concurrency: 20,
    ...ofHints,
    can: everything,
  },
  'scale-up-blocked': {
    on: topic('autoscaler-log'),
    timeoutS: 120,
    concurrency: 20,
    ...ofHints,
    can: everything,
  },
  'pod-ready': {
    on: { is: 'topics', prefix: `${podSnapshot.topic}-` },
    timeoutS: 120,
    concurrency: 40,
    ...ofHints,
    can: everything,
  },
  'idle-timeout': {
    on: topic(idleTimeout.topic),
    timeoutS: 120,
    concurrency: 20,
    ...ofHints,
    can: everything,
  },
  announce: {
    on: created(
      'accounts/*/requests/*/facts/*',
      'accounts/*/workspaces/*/facts/*',
      'accounts/*/workspaces/*/clusters/*/facts/*',
    ),
    timeoutS: 60,
    concurrency: 80,
    retry,
    can: ['store', 'bus'],
  },
  sweep: { on: topic('sweep'), timeoutS: 540, concurrency: 1, ...ofHints, can: everything },
  'dead-letter': {
    on: topic(DEAD_LETTERS),
    timeoutS: 60,
    concurrency: 20,
    retry,
    can: ['store'],
  },
  advance: { on: { is: 'http' }, timeoutS: 120, concurrency: 20, retry, can: everything },
  replay: { on: { is: 'http' }, timeoutS: 60, concurrency: 20, retry, can: ['store', 'bus'] },
} as const satisfies Record<string, FunctionRow>

export type FunctionName = keyof typeof manifest
