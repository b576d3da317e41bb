// The zone of a cluster: as asked, or always the same one of the region for the same cluster.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { clusterSpec } from '../../test/situations.ts'
import { zoneOf } from './zone.ts'

const zones = ['europe-west4-a', 'europe-west4-b', 'europe-west4-c']

test.each([
  ['HA', undefined],
  ['europe-west4-b', 'europe-west4-b'],
])('%s', (zone, chosen) => {
  expect(zoneOf(clusterSpec(1, { zone }), 'etl', zones)).toBe(chosen)
})

test('auto is one of the zones, and the same for the same name', () => {
  fc.assert(
    fc.property(fc.string(), fc.subarray(zones, { minLength: 1 }), (cluster, some) => {
      const zone = zoneOf(clusterSpec(1), cluster, some)
      expect(some).toContain(zone)
      expect(zoneOf(clusterSpec(99), cluster, some)).toBe(zone)
    }),
  )
})

test('auto spreads clusters over all zones', () => {
  const names = Array.from({ length: 300 }, (_, at) => `cluster-${at}`)
  const counts = zones.map(
    (zone) => names.filter((name) => zoneOf(clusterSpec(1), name, zones) === zone).length,
  )
  expect(Math.min(...counts)).toBeGreaterThan(70)
})

test('auto goes where its machines are kept warm, and any other choice stands', () => {
  const zoneWith = (machineType: string, change = {}, zone = 'europe-west4-c') =>
    zoneOf(clusterSpec(1, change), 'etl', zones, {
      monthlyBudget: 1,
      nodes: [{ machineType, count: 1, zone }],
    })
  const cold = zoneOf(clusterSpec(1), 'etl', zones)
  expect(cold).not.toBe('europe-west4-c')
  // Its executors', its driver's, nobody's, and one that the region has no more.
  expect(zoneWith('n2-standard-8')).toBe('europe-west4-c')
  expect(zoneWith('n2-standard-4')).toBe('europe-west4-c')
  expect(zoneWith('e2-standard-4')).toBe(cold)
  expect(zoneWith('n2-standard-8', {}, 'us-east1-b')).toBe(cold)
  expect(zoneWith('n2-standard-8', { zone: 'europe-west4-b' })).toBe('europe-west4-b')
  expect(zoneWith('n2-standard-8', { zone: 'HA' })).toBeUndefined()
  // Executors on spot come from another pool.
  const spot = { executors: { count: 1, machineType: 'n2-standard-8', spot: true } }
  expect(zoneWith('n2-standard-8', spot)).toBe(cold)
})
