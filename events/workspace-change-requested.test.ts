// Bad input of `workspace.change.requested`, as far as a schema can know it.
import { expect, test } from 'vitest'
import { sampleData } from '../test/event-samples.ts'
import { refusedFields } from '../test/refused-fields.ts'
import { WorkspaceChangeRequested } from './workspace-change-requested.ts'

const sample = sampleData('workspace-change-requested')

test('a workspace is deleted by force only where that is said', () => {
  const parsed = WorkspaceChangeRequested.parse({ ...sample, change: { action: 'delete' } })
  expect(parsed.change).toEqual({ action: 'delete', force: false })
})

const bad: readonly [string, object, string][] = [
  ['no change', { change: undefined }, 'change'],
  ['an action that nobody knows', { change: { action: 'stop' } }, 'change.action'],
  ['force that is text', { change: { action: 'delete', force: 'yes' } }, 'change.force'],
  ['an edit without settings', { change: { action: 'edit' } }, 'change.settings'],
  [
    'an edit of what is built',
    { change: { action: 'edit', settings: { systemZones: 3 } } },
    'change.settings.systemZones',
  ],
  [
    'an hour that no day has',
    {
      change: {
        action: 'edit',
        settings: { prewarm: { days: ['MO'], hour: 24, timeZone: 'UTC' } },
      },
    },
    'change.settings.prewarm.hour',
  ],
  ['a cluster', { cluster: 'etl' }, 'cluster'],
  ['no account', { account: undefined }, 'account'],
]

test.each(bad)('%s is refused', (_, more, field) => {
  expect(refusedFields(WorkspaceChangeRequested, { ...sample, ...more })).toEqual([field])
})
