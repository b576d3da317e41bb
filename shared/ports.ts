// Every way to touch the world, as types. Handlers and steps know only these; clients and engines implement them.
// All calls are asynchronous, may fail with a `CallError`, and say nothing about who else is writing.
import type { Instant } from './domain/time.ts'
import type { Gke, Network } from './google-ports.ts'
import type { JsonObject, KindRef, KubernetesObject, ObjectRef } from './manifests/object.ts'

/** The only source of time and chance. */
export interface Clock {
  now(): Instant
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `run` after `ms`; answers a function that calls it off. Cheaper than a sleep that is aborted. */
  after(ms: number, run: () => void): () => void
  /** In [0, 1). */
  random(): number
}

// --- Store: documents with versions -----------------------------------------------------------------------------

/** A document's content. JSON values only; a key whose value is undefined is not stored. */
export type Fields = { readonly [field: string]: unknown }

export interface StoredDocument {
  readonly path: string
  readonly data: Fields
  /**
   * Changes with every write that changes the content: rewriting what is there keeps it. Of two documents of one store the one
   * whose content is newer has the greater version, as texts compare; written together, they may have the same.
   */
  readonly version: string
}

export interface Reader {
  get(path: string): Promise<StoredDocument | undefined>
  /** The documents of one collection, not of collections below, ordered by id. */
  list(collection: string, options?: { limit?: number }): Promise<StoredDocument[]>
}

/** Reads of one moment. */
export interface SnapshotReader extends Reader {
  /** The store's own time of these reads, to compare leases with; throws before the first read. */
  readTime(): Instant
}

export type Write =
  /** Refused if the document exists. */
  | { readonly op: 'create'; readonly path: string; readonly data: Fields }
  /** Replaces the whole content. Refused unless the document is at the version that was read. */
  | { readonly op: 'update'; readonly from: StoredDocument; readonly data: Fields }
  /** Refused unless the document is at the version that was read. */
  | { readonly op: 'delete'; readonly from: StoredDocument }

export interface Transaction extends SnapshotReader {
  /** Writes take effect together when the body returns. All reads come before the first write. */
  create(path: string, data: Fields): void
  update(from: StoredDocument, data: Fields): void
  delete(from: StoredDocument): void
}

/** The queries that cross tenants on purpose; infra/firestore holds their indexes. */
export type Query =
  /** Live runs whose alarm has rung, oldest first. Index: collection group `runs` (shard, wakeAt). */
  | {
      readonly find: 'runs-due'
      readonly shard: number
      readonly now: Instant
      readonly limit: number
    }
  /** The ledger entry that waits for this operation. Index: collection group `ledger` (operation). */
  | { readonly find: 'operation'; readonly operation: string }
  /** The workspace whose GKE cluster has this name. Index: collection group `workspaces` (outputs.gkeCluster). */
  | { readonly find: 'workspace-of'; readonly gkeCluster: string }
  /** Facts not yet published, oldest first. Index: collection group `facts` (publishedAt, at). */
  | { readonly find: 'facts-unpublished'; readonly before: Instant; readonly limit: number }
  /** What is parked, longest first. Index: collection group `parked` (since). */
  | { readonly find: 'parked'; readonly limit: number }
  /** Work that was given up on, longest first. Index: collection group `deadLetters` (deadAt). */
  | { readonly find: 'dead-letters'; readonly limit: number }

export interface Store extends Reader {
  find(query: Query): Promise<StoredDocument[]>
  /** A read-only transaction: every read sees the same moment. */
  snapshot<T>(read: (reader: SnapshotReader) => Promise<T>): Promise<T>
  /** All writes or none, each document at most once. `false` when a condition refused them: somebody else was first. */
  commit(writes: readonly Write[]): Promise<boolean>
  /**
   * Reads and writes that nobody can come between, for the three fences only (accept, claim, settle). May run the body
   * several times. Does not guard a `list` against documents created meanwhile. Throws `exists` if a created path was taken.
   */
  transaction<T>(body: (transaction: Transaction) => Promise<T>): Promise<T>
}

// --- Bus: topics ------------------------------------------------------------------------------------------------

export interface BusMessage {
  /** UTF-8 text; for Kindling's events the CloudEvent as JSON. At most 10 MB. */
  readonly data: string
  readonly attributes: Readonly<Record<string, string>>
}

export interface Topic {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** IAM members that may publish; empty = only the project's own. */
  readonly publishers: readonly string[]
  readonly subscriptions: readonly { readonly name: string; readonly target: string }[]
}

export interface Bus {
  /** Resolves with the message id once the message is stored. Throws `not-found` without the topic. */
  publish(topic: string, message: BusMessage): Promise<string>
  getTopic(topic: string): Promise<Topic | undefined>
  /** Throws `exists`. */
  createTopic(topic: string, labels: Readonly<Record<string, string>>): Promise<void>
  /** Lets one IAM member publish to one topic, in place of those who could before. */
  allowPublisher(topic: string, member: string): Promise<void>
  /** A push subscription that calls the function of this name, with its retry settings. Throws `exists`. */
  subscribe(topic: string, subscription: string, functionName: string): Promise<void>
  /** Throws `not-found`. */
  unsubscribe(subscription: string): Promise<void>
  /** Throws `not-found`. */
  deleteTopic(topic: string): Promise<void>
}

// --- Google Cloud, opened for one workspace ---------------------------------------------------------------------

/** Whose cloud a call is for: its project and region, under the one service account that the customer granted for it. */
export interface WorkspaceIdentity {
  readonly account: string
  readonly workspace: string
  readonly project: string
  readonly region: string
  readonly serviceAccount: string
}

// --- Kubernetes -------------------------------------------------------------------------------------------------

export interface ObjectList {
  readonly items: readonly KubernetesObject[]
  readonly resourceVersion: string
  /** Set when a limit cut the list: pass it on for the next page. */
  readonly continue?: string
}

export interface ListOptions {
  /** Equality only: `a=b,c=d`. */
  readonly labelSelector?: string
  readonly limit?: number
  readonly continue?: string
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubernetesObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }

export interface DeleteOptions {
  /** Refused with `conflict` when the object has another uid. */
  readonly uid?: string
  readonly gracePeriodSeconds?: number
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
}

export interface Kubernetes {
  get(ref: ObjectRef): Promise<KubernetesObject | undefined>
  list(kind: KindRef, options?: ListOptions): Promise<ObjectList>
  /** Throws `exists`; `conflict` (a quota was being written: try again); `denied` (quota, admission, RBAC); `invalid`; `not-found` (no namespace). */
  create(object: KubernetesObject): Promise<KubernetesObject>
  /** JSON merge patch. With `metadata.resourceVersion` or `metadata.uid` in the patch a mismatch throws `conflict`. Throws `not-found`. */
  patch(
    ref: ObjectRef,
    patch: JsonObject,
    options?: { readonly subresource?: 'status' },
  ): Promise<KubernetesObject>
  /** Accepted is not gone: finalizers and grace periods come first. Throws `not-found`. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<void>
  /** Deletes every object of a kind in a namespace that the selector matches. */
  deleteAll(
    kind: KindRef,
    options: { readonly labelSelector: string; readonly gracePeriodSeconds?: number },
  ): Promise<void>
  /**
   * Every change after `resourceVersion`, once, in order. Ends when the server closes it (`timeoutSeconds`, load) or the
   * signal aborts: resume from the last resourceVersion seen. Throws `expired` when that is too old: list again.
   */
  watch(
    kind: KindRef,
    options: {
      readonly resourceVersion: string
      readonly labelSelector?: string
      readonly timeoutSeconds?: number
      readonly signal: AbortSignal
    },
  ): AsyncIterable<WatchEvent>
}

// --- The world --------------------------------------------------------------------------------------------------

export type Severity = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'

/** One line for operators: a constant message with fields; never what users wrote. */
export type Log = (severity: Severity, message: string, fields?: Fields) => void

/** What a handler may touch. Ports to a customer's side are opened under that workspace's identity. */
export interface World {
  /** Kindling's own Google Cloud project. */
  readonly project: string
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  gke(workspace: WorkspaceIdentity): Gke
  network(workspace: WorkspaceIdentity): Network
  /** `endpoint`: the DNS endpoint of the workspace's GKE cluster. */
  kubernetes(workspace: WorkspaceIdentity, endpoint: string): Kubernetes
}
