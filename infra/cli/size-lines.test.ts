import { expect, test } from 'vitest'
import { clusterSubject, entityOf } from '../../test/situations.ts'
import { sizeLines, sizesOf } from './size-lines.ts'

const cluster = entityOf(clusterSubject(3))

test('changes of size are told oldest first, each with its reason', () => {
  const autoscaled = [
    { from: 5, to: 3, why: '2 executors have been enough for 2 minutes', at: 180_000 },
    { from: 2, to: 5, why: '20 tasks wait for a slot', at: 60_000 },
  ]
  if (cluster.kind !== 'cluster') throw new Error('not a cluster')
  expect(sizeLines(sizesOf({ ...cluster, autoscaled }))).toEqual([
    '',
    'Executors, as the load asked for them',
    '  1970-01-01T00:01:00.000Z  2 -> 5: 20 tasks wait for a slot',
    '  1970-01-01T00:03:00.000Z  5 -> 3: 2 executors have been enough for 2 minutes',
  ])
})

test('a cluster of fixed size has none', () => {
  expect(sizeLines(sizesOf(cluster))).toEqual([])
})
