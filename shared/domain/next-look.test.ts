// When the sweep comes back to a run.
import { describe, expect, test } from 'vitest'
import { firstLook, nextLook } from './next-look.ts'
import type { Plan } from './plan.ts'
import type { Prewarm } from './prewarm.ts'
import { AUDIT_PERIOD, SWEEP_PERIOD } from './protocol-times.ts'
import type { Run } from './run.ts'
import { hours, minutes } from './time.ts'
import { clusterPlan, workspaceSubject } from '../../test/situations.ts'

const NOW = Date.parse('2026-11-30T00:00Z')

const at = (text: string): number => Date.parse(`2026-11-${text}Z`)

const common = {
  generation: 2,
  direction: 'up' as const,
  request: 'hibernate-2',
  shard: 0,
  createdAt: NOW,
}

function settled(plan: Plan | undefined, tries = 0, direction: Run['direction'] = 'up'): Run {
  const planned = plan ? { plan } : {}
  return { ...common, direction, tries, is: 'settled', settledAt: NOW, ...planned }
}

function workspacePlan(change: { asleep?: true; prewarm?: Prewarm }): Plan {
  const { prewarm, ...asleep } = change
  const spec = { ...workspaceSubject.spec, ...(prewarm ? { prewarm } : {}) }
  return { subject: { ...workspaceSubject, ...asleep, spec }, items: [] }
}

const idle = (autoterminationMinutes: number) => clusterPlan(1, 1, { autoterminationMinutes })

describe('a run that has settled is looked at', () => {
  test.each([
    ['no plan', undefined, AUDIT_PERIOD],
    ['a workspace', workspacePlan({}), AUDIT_PERIOD],
    ['a cluster that never ends for idleness', idle(0), AUDIT_PERIOD],
    ['a short idle limit', idle(10), minutes(10)],
    ['a long idle limit', idle(10_000), AUDIT_PERIOD],
  ])('%s', (_, plan, period) => {
    expect(firstLook(settled(plan), NOW)).toBe(NOW + period)
    expect(nextLook(settled(plan, 99), NOW)).toBe(NOW + period)
  })
})

describe('a run that converges is looked at', () => {
  test.each([
    [0, SWEEP_PERIOD],
    [30, SWEEP_PERIOD],
    [31, 2 * SWEEP_PERIOD],
    [99, minutes(10)],
  ])('after %i sweeps', (tries, period) => {
    const run: Run = { ...common, is: 'active', tries, plan: workspacePlan({}), wakeAt: NOW }
    expect(nextLook(run, NOW)).toBe(NOW + period)
  })
})

describe('a workspace that hibernates is looked at', () => {
  const asleep = workspacePlan({ asleep: true })

  test('three times like any other, then less and less', () => {
    const periods = Array.from({ length: 9 }, (_, tries) => nextLook(settled(asleep, tries), NOW))
    const inHours = [firstLook(settled(asleep), NOW), ...periods].map((at) => (at - NOW) / hours(1))
    expect(inHours).toEqual([0.5, 0.5, 0.5, 1, 2, 4, 8, 12, 12, 12])
  })

  test('as any other once it is deleted: so many audits it gets, and then no more', () => {
    expect(nextLook(settled(asleep, 9, 'down'), NOW)).toBe(NOW + AUDIT_PERIOD)
  })

  const prewarm: Prewarm = { days: ['MO'], hour: 8, minute: 0, timeZone: 'UTC' }
  const scheduled = workspacePlan({ asleep: true, prewarm })

  test.each([
    ['29T12:00', '30T00:00', 'the audit comes first'],
    ['29T20:00', '30T07:45', 'a quarter of an hour before eight'],
    ['30T07:44', '30T07:45', 'if only a minute is left'],
  ])('at %s for %s: %s', (now, next) => {
    expect(nextLook(settled(scheduled, 99), at(now))).toBe(at(next))
  })

  test('first of all at its hour, where that is sooner than any audit', () => {
    expect(firstLook(settled(scheduled), at('30T07:30'))).toBe(at('30T07:45'))
  })

  test('in the next minute, while something keeps it from being woken', () => {
    expect(nextLook(settled(scheduled, 99), at('30T07:50'))).toBe(at('30T07:50') + SWEEP_PERIOD)
  })

  test('seldom while it is awake: a schedule wakes nobody who is', () => {
    const awake = settled(workspacePlan({ prewarm }), 99)
    expect(nextLook(awake, at('30T07:44'))).toBe(at('30T07:44') + AUDIT_PERIOD)
  })
})
