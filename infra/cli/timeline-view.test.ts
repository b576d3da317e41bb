// The printed timeline: bars on one scale, the critical path marked, shares that people can check by adding up.
import { expect, test } from 'vitest'
import type { Phase } from '../../shared/domain/timeline.ts'
import { timelineLines } from './timeline-view.ts'

const phase = (
  title: string,
  startedAt: number,
  endedAt: number,
  ...waitedFor: string[]
): Phase => ({
  step: title,
  title,
  startedAt,
  endedAt,
  waitedFor,
  own: false,
})

test('a launch', () => {
  const phases = [
    phase('boot', 5000, 20_000, 'pool', 'pods'),
    phase('pods', 0, 400),
    phase('pool', 0, 5000),
  ]
  expect(timelineLines(phases, { startedAt: 0, endedAt: 20_000 }, 62)).toEqual([
    'Timeline, 20.0 s in all (* = on the critical path)',
    '  pods       400 ms  █',
    '* pool        5.0 s  ██████████',
    '* boot       15.0 s            ██████████████████████████████',
    '',
    "Where the time went: 0 ms of it was Kindling's own",
    '  boot       15.0 s   75 %',
    '  pool        5.0 s   25 %',
  ])
})

test('nothing at all', () => {
  expect(timelineLines([], { startedAt: 0, endedAt: 0 })).toEqual([
    'Timeline, 0 ms in all (* = on the critical path)',
    '',
    "Where the time went: 0 ms of it was Kindling's own",
  ])
})

test('phases that lie outside the span still print, each on one line', () => {
  const lines = timelineLines([phase('late', 900, 2000)], { startedAt: 0, endedAt: 1000 }, 60)
  expect(lines[1]).toMatch(/^\* late +1\.1 s +█+$/)
  expect(lines.every(({ length }) => length <= 60)).toBe(true)
})
