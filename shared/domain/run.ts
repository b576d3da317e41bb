// A run is one try to reach one generation. It carries the alarm: until it settles, `wakeAt` is when the sweep comes
// (protocol rule 1), so that no lost event and no crash leaves an entity that nothing will look at again.
import { z } from 'zod'
import { Generation, Shard } from './numbers.ts'
import { Plan } from './plan.ts'
import { Instant } from './time.ts'

const Common = z.object({
  generation: Generation,
  direction: z.enum(['up', 'down']),
  request: z.string(),
  /** Sweeps are split by shard. */
  shard: Shard,
  /** How often the sweep has come since the last change. */
  tries: z.int().nonnegative(),
  createdAt: Instant,
  /** W3C trace context of what asked for it. */
  traceparent: z.string().optional(),
})

/** What is up is looked after, so its run has both. */
function isDownOrHas(field: 'plan' | 'wakeAt') {
  return (run: {
    readonly direction: string
    readonly plan?: unknown
    readonly wakeAt?: unknown
  }) => run.direction === 'down' || run[field] !== undefined
}

export const Run = z.discriminatedUnion('is', [
  /** The workspace does not run yet: the plan is frozen, with its outputs, when it does. */
  Common.extend({ is: z.literal('waiting'), waitsFor: z.string(), wakeAt: Instant }),
  Common.extend({ is: z.literal('active'), plan: Plan, wakeAt: Instant }),
  /**
   * Its goal was reached; `wakeAt` is the next audit, or absent when nothing is left to look after. Without a plan when it
   * was taken down before anything was planned.
   */
  Common.extend({
    is: z.literal('settled'),
    plan: Plan.optional(),
    settledAt: Instant,
    wakeAt: Instant.optional(),
  })
    .refine(isDownOrHas('plan'), { path: ['plan'], message: 'a plan, of what is wanted up' })
    .refine(isDownOrHas('wakeAt'), {
      path: ['wakeAt'],
      message: 'an instant, of what is wanted up',
    }),
  Common.extend({ is: z.literal('superseded'), by: Generation, plan: Plan.optional() }),
])
export type Run = z.infer<typeof Run>

export type RunInput =
  | {
      readonly type: 'frozen'
      readonly plan: Plan
      readonly at: Instant
      readonly wakeAt: Instant
    }
  | { readonly type: 'woken'; readonly wakeAt: Instant }
  /** When the next audit is to come, if any. */
  | { readonly type: 'audited'; readonly wakeAt: Instant | undefined }
  | { readonly type: 'settled'; readonly at: Instant; readonly wakeAt: Instant | undefined }
  | { readonly type: 'reopened'; readonly wakeAt: Instant }
  | { readonly type: 'superseded'; readonly by: number }

/** The run after an input, or undefined where the input no longer means anything (duplicates are normal). */
export function nextRun(run: Run, input: RunInput): Run | undefined {
  const { generation, direction, request, shard, createdAt, traceparent } = run
  const traced = traceparent === undefined ? {} : { traceparent }
  const common = { generation, direction, request, shard, createdAt, tries: 0, ...traced }
  switch (input.type) {
    case 'frozen':
      if (run.is !== 'waiting') return undefined
      // Deadlines count from here: before, it only waited.
      return {
        ...common,
        createdAt: input.at,
        is: 'active',
        plan: input.plan,
        wakeAt: input.wakeAt,
      }
    case 'woken':
      if (run.is === 'superseded') return undefined
      return { ...run, wakeAt: input.wakeAt, tries: run.tries + 1 }
    case 'audited': {
      if (run.is !== 'settled') return undefined
      const { wakeAt: _wakeAt, ...settled } = run
      if (input.wakeAt === undefined) return settled
      // Something was found: what is wanted up is looked at often again. What is gone has so many audits and no more.
      const tries = run.direction === 'up' ? 0 : run.tries
      return { ...settled, tries, wakeAt: input.wakeAt }
    }
    case 'settled': {
      if (run.is !== 'active') return undefined
      const settled = { ...common, is: 'settled' as const, plan: run.plan, settledAt: input.at }
      return input.wakeAt === undefined ? settled : { ...settled, wakeAt: input.wakeAt }
    }
    case 'reopened':
      if (run.is !== 'settled' || !run.plan) return undefined
      return { ...common, is: 'active', plan: run.plan, wakeAt: input.wakeAt }
    case 'superseded': {
      if (run.is === 'superseded') return undefined
      const superseded = { ...common, is: 'superseded' as const, by: input.by }
      return run.is === 'waiting' ? superseded : { ...superseded, plan: run.plan }
    }
  }
}
