// A step is a value: what it is called, what it waits for, how to look, how to make and how to remove one thing.
// Steps return what they find; one runner (shared/runtime/attempt.ts) claims, records and tries again for all of them.
import type { Reason } from '../../events/lifecycle.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import type { Shape } from '../domain/entity.ts'
import type { Subject, SubjectOf } from '../domain/plan.ts'
import type { PoolPlace } from '../domain/pool.ts'
import type { Gke, Network } from '../google-ports.ts'
import type { Bus, Clock, Kubernetes, Store } from '../ports.ts'

/** What a step may touch: everything opened under the workspace's own identity. */
export interface StepPorts {
  readonly gke: Gke
  readonly network: Network
  readonly bus: Bus
  readonly store: Store
  readonly clock: Clock
  /** Makes the shared pool of a shape wanted (protocol rule 10); it comes by runs of its own. */
  wantPool(place: PoolPlace, shape: Shape): Promise<void>
  kubernetes(endpoint: string): Kubernetes
}

/**
 * Which of the outside's limits a step works under. `pool`: GKE's few operations at once, taken by slot. `store`: done in
 * one transaction. `entities`: makes other entities wanted, by commits of their own.
 */
export type Lane = 'network' | 'gke' | 'pool' | 'kubernetes' | 'bus' | 'store' | 'entities'

/** What is there. `pending` and `leaving` are looked at again: by hint, or after `lookIn` ms. */
export type Observed<Output> =
  | { readonly is: 'absent' }
  /** Not all of it, or not as it should be: to be mended on the way up, to be removed on the way down. `what`: for people. */
  | { readonly is: 'partial'; readonly what?: string }
  /**
   * Something of that name that does not carry our mark: never touched, never taken for ours. `isInside`: it stands in a
   * thing of ours, which still is to be removed on the way down.
   */
  | { readonly is: 'foreign'; readonly what: string; readonly isInside?: true }
  | { readonly is: 'pending'; readonly operation?: string; readonly lookIn?: number }
  | { readonly is: 'leaving'; readonly operation?: string; readonly lookIn?: number }
  /** It is there and cannot work: final on the way up, still to be removed on the way down. */
  | { readonly is: 'broken'; readonly error: PermanentError }
  | { readonly is: 'present'; readonly output: Output }

/** What was started: an operation to wait for, or nothing when the call itself made the thing. */
export type Started<Output> =
  | { readonly is: 'pending'; readonly operation?: string; readonly lookIn?: number }
  | { readonly is: 'present'; readonly output: Output }

/** Trying again cannot help; the entity is taken down for this reason. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError'
  readonly reason: Reason

  constructor(reason: Reason) {
    super(reason.message)
    this.reason = reason
  }
}

/** A thing of our name that is somebody else's: people must mend that. */
export function notOurs(step: string, what: string): PermanentError {
  return new PermanentError(reasonOf('RESOURCE_NAME_TAKEN', { step, what }))
}

export interface Instance<Kind extends Subject['kind']> {
  readonly subject: SubjectOf<Kind>
  /** The generation that first wanted this thing: part of its name. */
  readonly life: number
  /** The generation that last changed what it is to be. */
  readonly revision: number
  /** 1-based. */
  readonly index: number
}

type JsonFields = Readonly<Record<string, unknown>>
type After = Readonly<Record<string, AnyStep>>

export interface Step<
  Kind extends Subject['kind'],
  Input extends JsonFields,
  Output extends JsonFields,
  Waits = After,
> {
  readonly name: string
  /** Shown to people. */
  readonly title: string
  readonly kind: Kind
  readonly lane: Lane
  /** Steps whose output it needs, or that must be there first. */
  readonly after: Waits
  /** Failures before it has failed for good. */
  readonly attempts: number
  /** Milliseconds from its first attempt within which it must be there. */
  readonly timeoutMs: number
  /** Nothing waits for it to be made: what it makes is seen by observation. */
  readonly isQuiet?: boolean
  /** Whether the subject wants it at all; unless said, it does. */
  isIn?(subject: SubjectOf<Kind>): boolean
  instances?(subject: SubjectOf<Kind>): number
  /** Path of the entity that it waits for. */
  awaits?(subject: SubjectOf<Kind>): string
  /** When this changes with a new generation, the thing is replaced: the old one goes, then one of a new life is made. */
  identity?(subject: SubjectOf<Kind>): unknown
  /** When this changes with a new generation, `apply` is asked to bring what is there to what is wanted. */
  content?(subject: SubjectOf<Kind>, index: number): unknown
  /** Pure. Kept in the ledger by each attempt before it acts, so that undo knows what may have been made. */
  input(instance: Instance<Kind>, outputs: OutputsOf<Waits>): Input
  /** Never writes. */
  observe(ports: StepPorts, input: Input): Promise<Observed<Output>>
  /**
   * Brings what is there, and ours, to what is wanted. Safe to repeat. `isFirst`: nothing of this name was ever tried
   * before, so there is nothing to look for.
   */
  apply(ports: StepPorts, input: Input, isFirst?: boolean): Promise<Started<Output>>
  /** Safe to repeat; removes only what carries our mark. It is gone when `observe` says so. */
  undo(
    ports: StepPorts,
    input: Input,
  ): Promise<{ readonly operation?: string; readonly lookIn?: number }>
}

/** What dependants see of a step. */
export type OutputsOf<Waits> = { readonly [Name in keyof Waits]: OutputOf<Waits[Name]> }
type OutputOf<Declared> = Declared extends {
  apply(ports: StepPorts, input: never): Promise<Started<infer Output>>
}
  ? Output
  : never

/** A step of any input: enough to wait for it, not to run it. */
export interface AnyStep {
  readonly name: string
  readonly title: string
  readonly kind: Subject['kind']
  readonly lane: Lane
  readonly after: After
  readonly attempts: number
  /** Milliseconds from its first attempt within which it must be there. */
  readonly timeoutMs: number
  readonly isQuiet?: boolean
  isIn?(subject: never): boolean
  instances?(subject: never): number
  awaits?(subject: never): string
  identity?(subject: never): unknown
  content?(subject: never, index: number): unknown
  input(instance: never, outputs: never): JsonFields
  observe(ports: StepPorts, input: never): Promise<Observed<JsonFields>>
  apply(ports: StepPorts, input: never, isFirst?: boolean): Promise<Started<JsonFields>>
  undo(ports: StepPorts, input: never): ReturnType<RunnableStep['undo']>
}

/** A step as the runner sees it, which hands each its own subject, and the input that it computed itself. */
export type RunnableStep = Step<Subject['kind'], JsonFields, JsonFields>

/** Declares a step; types of input and output are inferred, and a misspelt dependency does not compile. */
export function step<
  Kind extends Subject['kind'],
  Input extends JsonFields,
  Output extends JsonFields,
  const Waits extends After,
>(declaration: Step<Kind, Input, Output, Waits>): Step<Kind, Input, Output, Waits> {
  return declaration
}
