// A plan says which things one generation of an entity is made of, with every name decided: frozen in its run, so that
// executing it makes no choices.
import { z } from 'zod'
import { Generation } from './numbers.ts'
import { ClusterSpec, Shape, SHARDS_MAX, WorkspaceSpec } from './entity.ts'

/** Whose identity and names everything of an entity is made with. */
const Identity = z.object({
  account: z.string(),
  workspace: z.string(),
  project: z.string(),
  region: z.string(),
  serviceAccount: z.string(),
})
export type Identity = z.infer<typeof Identity>

const InGke = { identity: Identity, zones: z.array(z.string()), gkeCluster: z.string() }

/** What steps are told about the entity that they work for. */
export const Subject = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('workspace'),
    identity: Identity,
    spec: WorkspaceSpec,
    /** Kindling's own project, where the workspace's topic is. */
    home: z.string(),
    /** Hibernating: without its GKE cluster. */
    asleep: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal('pool'),
    ...InGke,
    pool: z.string(),
    spec: Shape,
    shards: z.int().positive().max(SHARDS_MAX).optional(),
  }),
  z.object({
    kind: z.literal('cluster'),
    ...InGke,
    endpoint: z.string(),
    ranges: WorkspaceSpec.shape.ranges,
    cluster: z.string(),
    spec: ClusterSpec,
    /** The generation of its latest start: driver and executors of an earlier one are replaced. */
    epoch: Generation,
    /** Its pods are a step smaller, because they did not fit on their nodes (rule *room*). */
    isSmaller: z.literal(true).optional(),
    /** Nodes of its driver's machine type are kept warm: the driver takes the place of one. */
    hasWarmDriver: z.literal(true).optional(),
    /** The chosen zone, or absent for all of them. */
    zone: z.string().optional(),
    /** The pools that its nodes come from: names of pool entities. */
    pools: z.object({ driver: z.string(), executor: z.string() }),
  }),
])
export type Subject = z.infer<typeof Subject>
export type SubjectOf<Kind extends Subject['kind']> = Extract<Subject, { kind: Kind }>

/** One thing to make: an instance of a step, named for the generation that first wanted it. */
export const PlanItem = z.object({
  /** Ledger key: instance and life, such as `executors-002-g1`. */
  key: z.string(),
  step: z.string(),
  /** 1-based, for steps that are made of several alike instances. */
  index: z.int().positive(),
  /** The generation that first wanted this thing; part of every name that is derived for it. */
  life: Generation,
  /** The generation that last changed what it is to be: what was made for an earlier one is brought up to date. */
  revision: Generation,
  /** Keys that must be present before this one starts. */
  after: z.array(z.string()),
  /** Path of another entity that must have settled before this one starts. */
  awaits: z.string().optional(),
  /** Failures allowed before the step has failed for good. */
  attempts: z.int().positive(),
  /** Milliseconds from its first attempt within which it must be there. */
  timeoutMs: z.int().positive(),
})
export type PlanItem = z.infer<typeof PlanItem>

export const Plan = z.object({ subject: Subject, items: z.array(PlanItem) })
export type Plan = z.infer<typeof Plan>

/** What a plan needs to know of a step; the registry of steps has more. */
export interface PlannedStep {
  readonly name: string
  readonly kind: Subject['kind']
  readonly after: Readonly<Record<string, { readonly name: string }>>
  readonly attempts: number
  readonly timeoutMs: number
  /** Whether the subject wants it at all; absent = yes. */
  isIn?(subject: Subject): boolean
  /** How many alike instances the subject wants; absent = one. */
  instances?(subject: Subject): number
  /** Path of the entity that an instance waits for. */
  awaits?(subject: Subject): string
  /** When this changes, the thing is replaced by one of a new life. */
  identity?(subject: Subject): unknown
  /** When this changes, what is there is brought up to date. */
  content?(subject: Subject, index: number): unknown
}

/**
 * The items of a generation, in the order of the registry. Things that the previous plan had keep their life, so an
 * unchanged thing keeps its name and is not made again; a thing that was not in it, or whose identity has changed, gets
 * this generation as its life. `previous` is the plan of the generation before, if that was on its way up.
 */
export function plan(
  steps: readonly PlannedStep[],
  subject: Subject,
  generation: number,
  previous?: Plan,
): Plan {
  const mine = steps.filter((step) => step.kind === subject.kind && (step.isIn?.(subject) ?? true))
  const instances = mine.flatMap((step) =>
    Array.from({ length: step.instances?.(subject) ?? 1 }, (_, at) => ({ step, index: at + 1 })),
  )
  const kept = (step: PlannedStep, index: number): PlanItem | undefined => {
    if (!previous) return undefined
    const isSame = isEqual(step.identity?.(previous.subject), step.identity?.(subject))
    if (!isSame) return undefined
    return previous.items.find((item) => item.step === step.name && item.index === index)
  }
  const lifeOf = (step: PlannedStep, index: number): number => kept(step, index)?.life ?? generation
  const revisionOf = (step: PlannedStep, index: number): number => {
    const before = kept(step, index)
    if (!previous || !before) return generation
    const isSame = isEqual(step.content?.(previous.subject, index), step.content?.(subject, index))
    return isSame ? before.revision : generation
  }

  const keyOf = (step: PlannedStep, index: number): string => {
    const instance = step.instances ? `${step.name}-${String(index).padStart(3, '0')}` : step.name
    return `${instance}-g${lifeOf(step, index)}`
  }

  const items = instances.map(({ step, index }): PlanItem => {
    const awaits = step.awaits?.(subject)
    return {
      key: keyOf(step, index),
      step: step.name,
      index,
      life: lifeOf(step, index),
      revision: revisionOf(step, index),
      after: instances
        .filter((other) => Object.values(step.after).some(({ name }) => name === other.step.name))
        .map((other) => keyOf(other.step, other.index)),
      ...(awaits === undefined ? {} : { awaits }),
      attempts: step.attempts,
      timeoutMs: step.timeoutMs,
    }
  })
  return { subject, items }
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
