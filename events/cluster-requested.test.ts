// Bad input of `cluster.requested`, as far as a schema can know it; the domain refuses what needs the catalogue.
import { expect, test } from 'vitest'
import { sampleData } from '../test/event-samples.ts'
import { refusedFields } from '../test/refused-fields.ts'
import { ClusterRequested } from './cluster-requested.ts'

const sample = sampleData('cluster-requested')
const executors = { count: 10, machineType: 'n2-standard-8' }

test('defaults: no spot, one zone of our choice, never ended for idleness', () => {
  const { autoterminationMinutes: _, ...least } = sample
  expect(ClusterRequested.parse({ ...least, executors })).toMatchObject({
    executors: { ...executors, spot: false },
    zone: 'auto',
    autoterminationMinutes: 0,
  })
})

test.each([1, 50, 1000])('%d executors are accepted', (count) => {
  expect(
    refusedFields(ClusterRequested, { ...sample, executors: { ...executors, count } }),
  ).toEqual([])
})

test.each(['auto', 'HA', 'europe-west4-a', 'northamerica-northeast1-c'])(
  'zone %s is accepted',
  (zone) => {
    expect(refusedFields(ClusterRequested, { ...sample, zone })).toEqual([])
  },
)

test.each([0, -1, -1000, 1.5, 1001, 1e9, Number.NaN, Infinity, '10', null, undefined, true])(
  '%s executors are refused',
  (count) => {
    const data = { ...sample, executors: { ...executors, count } }
    expect(refusedFields(ClusterRequested, data)).toEqual(['executors.count'])
  },
)

const bad: readonly [string, Record<string, unknown>, string][] = [
  ['no account', { account: undefined }, 'account'],
  ['no workspace', { workspace: undefined }, 'workspace'],
  ['no cluster', { cluster: undefined }, 'cluster'],
  ['no runtime', { runtime: undefined }, 'runtime'],
  ['no driver', { driver: undefined }, 'driver'],
  ['no executors', { executors: undefined }, 'executors'],
  ['an unknown field', { executor: executors }, 'executor'],
  [
    'an unknown field of a group',
    { driver: { machineType: 'n2-standard-4', spot: true } },
    'driver.spot',
  ],
  ['a cluster name in capitals', { cluster: 'ETL' }, 'cluster'],
  ['a cluster name with a path', { cluster: 'etl/../x' }, 'cluster'],
  ['a cluster name of 41 characters', { cluster: 'c'.repeat(41) }, 'cluster'],
  ['a workspace of 21 characters', { workspace: 'w'.repeat(21) }, 'workspace'],
  ['a runtime that is a number', { runtime: 17.3 }, 'runtime'],
  ['an empty runtime', { runtime: '' }, 'runtime'],
  ['a driver that is text', { driver: 'n2-standard-4' }, 'driver'],
  ['a machine type without a size', { driver: { machineType: 'n2' } }, 'driver.machineType'],
  [
    'a machine type with a path',
    { executors: { ...executors, machineType: 'a/b-c' } },
    'executors.machineType',
  ],
  ['spot as text', { executors: { ...executors, spot: 'yes' } }, 'executors.spot'],
  ['a region for a zone', { zone: 'europe-west4' }, 'zone'],
  ['a zone in capitals', { zone: 'EUROPE-WEST4-A' }, 'zone'],
  ['two zones', { zone: 'europe-west4-a,europe-west4-b' }, 'zone'],
  ['a zone that is null', { zone: null }, 'zone'],
  ['too short an idle limit', { autoterminationMinutes: 9 }, 'autoterminationMinutes'],
  ['too long an idle limit', { autoterminationMinutes: 10_001 }, 'autoterminationMinutes'],
  ['a fractional idle limit', { autoterminationMinutes: 10.5 }, 'autoterminationMinutes'],
  ['a negative idle limit', { autoterminationMinutes: -60 }, 'autoterminationMinutes'],
]

test.each(bad)('%s is refused', (_, change, field) => {
  expect(refusedFields(ClusterRequested, { ...sample, ...change })).toEqual([field])
})

test('every fault is told, not only the first', () => {
  const data = { ...sample, cluster: 'ETL', executors: { ...executors, count: 0 } }
  expect(refusedFields(ClusterRequested, data)).toEqual(['cluster', 'executors.count'])
})
