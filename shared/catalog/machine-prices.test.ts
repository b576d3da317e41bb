// The worked-out prices against whole-machine prices that were read.
import { expect, it, test } from 'vitest'
import { machinePrice } from './machine-prices.ts'
import { machineTypes } from './machine-types.ts'
import { regions } from './regions.ts'

test.each([
  ['n1-highmem-8', 'us-central1', 0.47321],
  ['n1-highmem-96', 'us-central1', 5.67854],
  ['n2d-highcpu-128', 'us-east1', 3.99206],
  ['n2d-highcpu-2', 'europe-west4', 0.06867],
  ['n2d-highcpu-2', 'asia-south1', 0.04117],
  ['c3-standard-88', 'us-central1', 4.43538],
  ['c3d-highcpu-30', 'us-central1', 1.12047],
  ['c4-standard-48', 'us-central1', 2.37204],
  ['c4-highcpu-192', 'us-central1', 8.16499],
  ['n4-highcpu-80', 'us-central1', 3.0616],
  ['n2-standard-4', 'us-central1', 0.194236],
  ['e2-standard-2', 'us-central1', 0.067],
])('%s in %s costs %d an hour', (name, region, usd) => {
  const price = machinePrice(name, region, false) ?? 0
  expect(Math.abs(price - usd) / usd).toBeLessThan(0.001)
})

test.each([
  ['n1-highmem-96', 'europe-west4', 6.25133],
  ['n1-highmem-96', 'asia-northeast1', 7.28078],
  ['c3d-highcpu-16', 'europe-west3', 0.70764],
  ['n4-highmem-16', 'asia-east1', 1.10251],
])('%s in %s is worked out to within a tenth of %d', (name, region, usd) => {
  const price = machinePrice(name, region, false) ?? 0
  expect(Math.abs(price - usd) / usd).toBeLessThan(0.1)
})

it('knows every region, spot is cheaper, and what was not read has no price', () => {
  for (const region of Object.keys(regions)) {
    expect(machinePrice('n2-standard-4', region, false)).toBeGreaterThan(0)
  }
  const spots = Object.keys(machineTypes).flatMap((name) => {
    const spot = machinePrice(name, 'us-central1', true)
    return spot === undefined ? [] : [{ spot, list: machinePrice(name, 'us-central1', false) ?? 0 }]
  })
  expect(spots.length).toBeGreaterThan(100)
  expect(spots.filter(({ spot, list }) => spot >= list)).toEqual([])
  expect(machinePrice('c2-standard-4', 'us-central1', false)).toBeUndefined()
  expect(machinePrice('e2-standard-4', 'us-central1', true)).toBeUndefined()
  expect(machinePrice('n2-standard-4', 'mars-north1', false)).toBeUndefined()
})
