import { expect, it } from 'vitest'
import { regionOfZone, regions, zonesOf } from './regions.ts'

it('every region has three zones or more, named after it, in order', () => {
  const names = Object.keys(regions)
  expect(names.length).toBeGreaterThanOrEqual(12)
  for (const region of names) {
    const zones = zonesOf(region) ?? []
    expect(zones.length).toBeGreaterThanOrEqual(3)
    expect(zones).toEqual([...new Set(zones)].sort())
    for (const zone of zones) expect(regionOfZone(zone)).toBe(region)
  }
})

it('a region that nobody knows has no zones', () => {
  expect(zonesOf('mars-north1')).toBeUndefined()
  expect(zonesOf('toString')).toBeUndefined()
})
