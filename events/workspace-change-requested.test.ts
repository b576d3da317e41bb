// Bad input of `workspace.change.requested`, as far as a schema can know it.
import { expect, test } from 'vitest'
import { sampleData } from '../test/event-samples.ts'
import { refusedFields } from '../test/refused-fields.ts'
import { WorkspaceChangeRequested } from './workspace-change-requested.ts'

const sample = sampleData('workspace-change-requested')

test('a workspace is deleted by force only where that is said', () => {
  const parsed = WorkspaceChangeRequested.parse({ ...sample, change: { action: 'delete' } })
  expect(parsed.change.force).toBe(false)
})

const bad: readonly [string, object, string][] = [
  ['no change', { change: undefined }, 'change'],
  ['an action that nobody knows', { change: { action: 'stop' } }, 'change.action'],
  ['force that is text', { change: { action: 'delete', force: 'yes' } }, 'change.force'],
  ['a cluster', { cluster: 'etl' }, 'cluster'],
  ['no account', { account: undefined }, 'account'],
]

test.each(bad)('%s is refused', (_, more, field) => {
  expect(refusedFields(WorkspaceChangeRequested, { ...sample, ...more })).toEqual([field])
})
