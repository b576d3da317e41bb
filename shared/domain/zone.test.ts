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
