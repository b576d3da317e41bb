// The smaller documents of the protocol: outboxes, outcomes, observations, uses, slots and tombstones.
import { z } from 'zod'
import { Lifecycle, Reason } from '../../events/lifecycle.ts'
import { PodLevel } from '../../events/pod-snapshot.ts'
import { Generation } from './numbers.ts'
import { Instant } from './time.ts'

/** One attempt of one step, created once and never changed: its creation is the event that runs it. */
export const Attempt = z.object({
  entity: z.string(),
  generation: Generation,
  key: z.string(),
  n: z.int().positive(),
  createdAt: Instant,
  /** Deleted by the store after this. */
  expireAt: Instant,
  /** Of its run. */
  traceparent: z.string().optional(),
})
export type Attempt = z.infer<typeof Attempt>

/** A lifecycle fact, created together with the change it tells of, and published from here under a fixed id. */
export const Fact = z.object({
  at: Instant,
  /** null until it has been published. */
  publishedAt: Instant.nullable(),
  lifecycle: Lifecycle,
  /** W3C trace context of what brought it about. */
  traceparent: z.string().optional(),
})
export type Fact = z.infer<typeof Fact>

const RequestCommon = z.object({
  source: z.string().optional(),
  event: z.string().optional(),
  /** Hash of the message: the same id with another body is refused. */
  fingerprint: z.string(),
  receivedAt: Instant,
  expireAt: Instant,
})

const Accepted = RequestCommon.extend({ entity: z.string(), generation: Generation })

/** The one visible outcome of each request. */
export const RequestOutcome = z.discriminatedUnion('is', [
  RequestCommon.extend({ is: z.literal('rejected'), reason: Reason }),
  /** Accepted, and being worked for. */
  Accepted.extend({ is: z.literal('accepted') }),
  /** What was wanted was so already. */
  Accepted.extend({ is: z.literal('unchanged') }),
  /** A later request changed what is wanted. */
  Accepted.extend({ is: z.literal('superseded'), by: Generation, endedAt: Instant }),
  Accepted.extend({ is: z.literal('reached'), endedAt: Instant }),
  Accepted.extend({ is: z.literal('failed'), reason: Reason, endedAt: Instant }),
])
export type RequestOutcome = z.infer<typeof RequestOutcome>

/** The newest snapshot of a cluster's pods. */
export const Observation = z.object({
  uid: z.string(),
  term: z.int().nonnegative(),
  sequence: z.int().nonnegative(),
  /** By the agent's clock. */
  observedAt: Instant,
  /** By the store's. */
  receivedAt: Instant,
  level: PodLevel,
  /** By the store's clock: since when every report said that nothing is worked on. */
  idleSince: Instant.optional(),
  /** By the store's clock: since when every report said that fewer executors would do. */
  spareSince: Instant.optional(),
  /** By the store's clock: since when no report has said what the driver works on, although it is ready. */
  silentSince: Instant.optional(),
  /** W3C trace context that it was reported in. */
  traceparent: z.string().optional(),
})
export type Observation = z.infer<typeof Observation>

/** A cluster's claim on a shared pool. */
export const Use = z.object({ cluster: z.string(), since: Instant })
export type Use = z.infer<typeof Use>

/** A step that waits for, or holds, one of the few operations that a GKE cluster takes at once. */
export const Ticket = z.object({
  entity: z.string(),
  key: z.string(),
  generation: Generation,
  token: z.string(),
  /** `cluster`: to or with the GKE cluster itself, which then takes nothing else. */
  doing: z.enum(['create', 'delete', 'cluster']),
  since: Instant,
  /** When its owner last came to look. */
  seenAt: Instant,
  /** When it was told that its turn has come. */
  calledAt: Instant.optional(),
})
export type Ticket = z.infer<typeof Ticket>

/** Of a deleted cluster: a new one of the same id begins after this generation (protocol rule 15). */
export const Tombstone = z.object({ generation: Generation, deletedAt: Instant })
export type Tombstone = z.infer<typeof Tombstone>
