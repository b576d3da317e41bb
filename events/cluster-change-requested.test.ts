// Bad input of `cluster.change.requested`, as far as a schema can know it.
import { expect, test } from 'vitest'
import { sampleData } from '../test/event-samples.ts'
import { refusedFields } from '../test/refused-fields.ts'
import { ClusterChangeRequested } from './cluster-change-requested.ts'

const sample = sampleData('cluster-change-requested')
const edit = sampleData('cluster-change-requested-edit')['change'] as { settings: object }

const refused = (change: unknown): string[] =>
  refusedFields(ClusterChangeRequested, { ...sample, change })

test.each([
  { action: 'resize', executors: { count: 1 } },
  { action: 'resize', executors: { autoscale: { min: 1, max: 1000 } } },
  { action: 'restart' },
  { action: 'start' },
  { action: 'terminate' },
  { action: 'delete' },
  edit,
])('$action is accepted', (change) => {
  expect(refused(change)).toEqual([])
})

const bad: readonly [string, unknown, string][] = [
  ['no change', undefined, 'change'],
  ['an action that nobody knows', { action: 'pause' }, 'change.action'],
  ['no action', {}, 'change.action'],
  ['a resize to nothing', { action: 'resize' }, 'change.executors'],
  ['a resize without a number', { action: 'resize', executors: {} }, 'change.executors.count'],
  ['a resize to zero', { action: 'resize', executors: { count: 0 } }, 'change.executors.count'],
  [
    'a size and a range',
    { action: 'resize', executors: { count: 5, autoscale: { min: 1, max: 9 } } },
    'change.executors.count',
  ],
  [
    'a range upside down',
    { action: 'resize', executors: { autoscale: { min: 9, max: 1 } } },
    'change.executors.autoscale.max',
  ],
  [
    'a range of one',
    { action: 'resize', executors: { autoscale: { min: 4, max: 4 } } },
    'change.executors.autoscale.max',
  ],
  [
    'a range that is too large',
    { action: 'resize', executors: { autoscale: { min: 1, max: 1001 } } },
    'change.executors.autoscale.max',
  ],
  [
    'a range without an end',
    { action: 'resize', executors: { autoscale: { min: 1 } } },
    'change.executors.autoscale.max',
  ],
  ['a restart with a size', { action: 'restart', executors: { count: 5 } }, 'change.executors'],
  [
    'a machine type in a resize',
    { action: 'resize', executors: { count: 5, machineType: 'n2-standard-8' } },
    'change.executors.machineType',
  ],
  ['an edit without settings', { action: 'edit' }, 'change.settings'],
  [
    'an edit of one setting only',
    { action: 'edit', settings: { runtime: '17.3.x-scala2.13' } },
    'change.settings.driver',
  ],
]

test.each(bad)('%s is refused', (_, change, field) => {
  expect(refused(change)).toContain(field)
})

test('an unknown field is refused', () => {
  expect(refusedFields(ClusterChangeRequested, { ...sample, force: true })).toEqual(['force'])
})
