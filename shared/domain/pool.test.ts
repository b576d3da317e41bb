// Which pools a cluster needs: one for each shape of machine, and the driver never on spot.
import { expect, test } from 'vitest'
import { clusterSpec } from '../../test/situations.ts'
import { distinctShapes, poolOf, shapesOf } from './pool.ts'

const driver = { machineType: 'n2-standard-4' }
const of = (machineType: string, spot: boolean) =>
  clusterSpec(10, { driver, executors: { count: 10, machineType, spot } })

test.each([
  ['other machines', of('n2-standard-8', false), ['n2-standard-4', 'n2-standard-8']],
  ['other machines on spot', of('n2-standard-8', true), ['n2-standard-4', 'n2-standard-8-spot']],
  ['the same machines', of('n2-standard-4', false), ['n2-standard-4']],
  ['the same machines on spot', of('n2-standard-4', true), ['n2-standard-4', 'n2-standard-4-spot']],
])('executors on %s', (_, spec, pools) => {
  expect(distinctShapes(spec).map(poolOf)).toEqual(pools)
  expect(shapesOf(spec).driver).toEqual({ machineType: 'n2-standard-4', spot: false })
})
