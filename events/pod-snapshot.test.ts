// Snapshots come from inside a customer's cluster, so what they may say is bounded in every field.
import { expect, test } from 'vitest'
import { sampleData } from '../test/event-samples.ts'
import { refusedFields } from '../test/refused-fields.ts'
import { PodLevel, PodSnapshot } from './pod-snapshot.ts'

const sample = sampleData('pod-snapshot')
const level = PodLevel.parse(sample['level'])
const failure = { pod: 'executor-001', reason: 'Evicted', message: '', at: 0 }

test('activity may be absent: unknown, not idle', () => {
  const { activity: _, ...silent } = level
  expect(PodLevel.parse(silent).activity).toBeUndefined()
})

const bad: readonly [string, Record<string, unknown>, string][] = [
  ['a workspace in the body', { workspace: 'other' }, 'workspace'],
  ['no uid', { uid: undefined }, 'uid'],
  ['an empty uid', { uid: '' }, 'uid'],
  ['a negative term', { term: -1 }, 'term'],
  ['a fractional sequence', { sequence: 0.5 }, 'sequence'],
  ['an instant as text', { observedAt: '2026-01-05T08:12:00Z' }, 'observedAt'],
  ['an unknown state of the driver', { level: { ...level, driver: 'running' } }, 'level.driver'],
  [
    'a negative count',
    { level: { ...level, executors: { total: 1, ready: -1, failed: 0 } } },
    'level.executors.ready',
  ],
  [
    'six failures',
    { level: { ...level, failures: Array.from({ length: 6 }, () => failure) } },
    'level.failures',
  ],
  [
    'a failure with an endless message',
    { level: { ...level, failures: [{ ...failure, message: 'm'.repeat(513) }] } },
    'level.failures.0.message',
  ],
  ['an unknown phase', { level: { ...level, phases: { lunchAt: 0 } } }, 'level.phases.lunchAt'],
]

test.each(bad)('%s is refused', (_, change, field) => {
  expect(refusedFields(PodSnapshot, { ...sample, ...change })).toEqual([field])
})
