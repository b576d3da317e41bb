// What `kindling get WORKSPACE` says of its schedule.
import { expect, test } from 'vitest'
import { entityOf, workspaceSubject } from '../../test/situations.ts'
import { WorkspaceEntity } from '../../shared/domain/entity.ts'
import { nextPrewarm, prewarmLines } from './next-prewarm.ts'

const NOW = Date.parse('2026-07-05T12:00Z')

function workspace(change: object): WorkspaceEntity {
  const { spec } = workspaceSubject
  const prewarm = { days: ['MO'], hour: 8, minute: 30, timeZone: 'Europe/Berlin' }
  return WorkspaceEntity.parse({
    ...entityOf(workspaceSubject),
    spec: { ...spec, prewarm },
    ...change,
  })
}

test('the next hour, as the clock on the wall there shows it', () => {
  expect(prewarmLines(workspace({}), NOW)).toEqual([
    '  awake by its schedule: Mon 2026-07-06 08:30 Europe/Berlin',
  ])
  expect(nextPrewarm(workspace({}), NOW)).toBe(Date.parse('2026-07-06T06:30Z'))
})

test('nothing of one that is on its way out, or has no schedule', () => {
  const going = workspace({ want: 'down' })
  expect(prewarmLines(going, NOW)).toEqual([])
  expect(nextPrewarm(workspace({ spec: workspaceSubject.spec }), NOW)).toBeUndefined()
})
