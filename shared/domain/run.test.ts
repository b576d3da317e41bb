// A run's transitions, every state with every input: what moves, and what means nothing any more.
import { expect, test } from 'vitest'
import { nextRun, Run, type RunInput } from './run.ts'
import { clusterPlan, emptyClusterPlan } from '../../test/situations.ts'

const plan = clusterPlan(60, 1)
const common = {
  generation: 3,
  direction: 'up' as const,
  request: 'request-3',
  shard: 2,
  tries: 7,
  createdAt: 1000,
}
const runs: Record<Run['is'], Run> = {
  waiting: { ...common, is: 'waiting', waitsFor: 'accounts/a/workspaces/w', wakeAt: 2000 },
  active: { ...common, is: 'active', plan, wakeAt: 2000 },
  settled: { ...common, is: 'settled', plan, settledAt: 1500, wakeAt: 2000 },
  superseded: { ...common, is: 'superseded', by: 4, plan },
}
const inputs: Record<RunInput['type'], RunInput> = {
  frozen: { type: 'frozen', plan: emptyClusterPlan, at: 5000, wakeAt: 9000 },
  woken: { type: 'woken', wakeAt: 9000 },
  audited: { type: 'audited', wakeAt: 9000 },
  settled: { type: 'settled', at: 5000, wakeAt: 9000 },
  reopened: { type: 'reopened', wakeAt: 9000 },
  superseded: { type: 'superseded', by: 5 },
}

const fresh = { ...common, tries: 0 }
const gone = undefined

/** State, input, the run after it, and why. */
const matrix: readonly [Run['is'], RunInput['type'], Run | undefined, string][] = [
  [
    'waiting',
    'frozen',
    { ...fresh, is: 'active', createdAt: 5000, plan: emptyClusterPlan, wakeAt: 9000 },
    'what it waited for runs; its time begins',
  ],
  ['waiting', 'woken', { ...runs.waiting, wakeAt: 9000, tries: 8 } as Run, 'a waiter is swept too'],
  ['waiting', 'audited', gone, 'there is nothing to audit'],
  ['waiting', 'settled', gone, 'nothing was planned, so nothing was reached'],
  ['waiting', 'reopened', gone, 'it was never settled'],
  [
    'waiting',
    'superseded',
    { ...fresh, is: 'superseded', by: 5 },
    'a newer wish; there was no plan',
  ],
  ['active', 'frozen', gone, 'a plan is frozen once'],
  ['active', 'woken', { ...runs.active, wakeAt: 9000, tries: 8 } as Run, 'the sweep came'],
  ['active', 'audited', gone, 'its alarm is for its work'],
  [
    'active',
    'settled',
    { ...fresh, is: 'settled', plan, settledAt: 5000, wakeAt: 9000 },
    'the goal is reached; wakeAt is the next audit',
  ],
  ['active', 'reopened', gone, 'it is open'],
  ['active', 'superseded', { ...fresh, is: 'superseded', by: 5, plan }, 'a newer wish'],
  ['settled', 'frozen', gone, 'its plan is past'],
  ['settled', 'woken', { ...runs.settled, wakeAt: 9000, tries: 8 } as Run, 'an audit'],
  ['settled', 'audited', { ...runs.settled, tries: 0, wakeAt: 9000 } as Run, 'something was found'],
  ['settled', 'settled', gone, 'a duplicate'],
  ['settled', 'reopened', { ...fresh, is: 'active', plan, wakeAt: 9000 }, 'it came apart'],
  ['settled', 'superseded', { ...fresh, is: 'superseded', by: 5, plan }, 'the next wish'],
  ['superseded', 'frozen', gone, 'it is over'],
  ['superseded', 'woken', gone, 'it has no alarm any more'],
  ['superseded', 'audited', gone, 'the newer run is audited'],
  ['superseded', 'settled', gone, 'a goal that nobody wants any more cannot be reached'],
  ['superseded', 'reopened', gone, 'it is over'],
  ['superseded', 'superseded', gone, 'the first to supersede it stands'],
]

test('the matrix names every state with every input once', () => {
  const pairs = matrix.map(([is, input]) => `${is} ${input}`)
  expect(new Set(pairs).size).toBe(Object.keys(runs).length * Object.keys(inputs).length)
  expect(pairs).toHaveLength(24)
})

test.each(matrix)('%s, %s', (is, input, after, _why) => {
  const run = structuredClone(runs[is])
  const result = nextRun(run, inputs[input])
  expect(result).toEqual(after)
  expect(run).toEqual(runs[is])
  expect(Run.optional().parse(result)).toEqual(result)
})

test('gone, it has so many audits, whatever they find', () => {
  const gone: Run = { ...common, direction: 'down', is: 'settled', plan, settledAt: 1500 }
  expect(nextRun(gone, inputs.audited)).toEqual({ ...gone, wakeAt: 9000 })
})

test('settled for good, nothing wakes it', () => {
  const settled = nextRun(runs.active, { type: 'settled', at: 5000, wakeAt: undefined })
  expect(settled).toEqual({ ...fresh, is: 'settled', plan, settledAt: 5000 })
})

test('settled without a plan, it cannot be reopened: there is nothing that it had made', () => {
  const empty: Run = { ...common, is: 'settled', settledAt: 1500 }
  expect(nextRun(empty, inputs.reopened)).toBeUndefined()
})

const illegal: readonly [string, object][] = [
  ['active without a plan', { ...common, is: 'active', wakeAt: 1 }],
  ['active without an alarm', { ...common, is: 'active', plan }],
  ['waiting for nothing', { ...common, is: 'waiting', wakeAt: 1 }],
  ['settled at no time', { ...common, is: 'settled', plan }],
  ['superseded by nobody', { ...common, is: 'superseded' }],
  ['of no generation', { ...runs.active, generation: 0 }],
  ['of an unknown state', { ...runs.active, is: 'paused' }],
  ['in no direction', { ...runs.active, direction: 'sideways' }],
  ['with a fraction of a millisecond', { ...runs.active, wakeAt: 1.5 }],
]

test.each(illegal)('a run %s is refused', (_, document) => {
  expect(Run.safeParse(document).success).toBe(false)
})
