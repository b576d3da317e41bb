// Laws of what pre-flight tells: the number that it allows can be had, and not one more.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterSpec } from './entity.ts'
import { nodesOf, sumOf } from './nodes-by-pool.ts'
import { type GkeLimits, shortOfRoom } from './pre-flight.ts'
import { type Machine, type Quota, shortOfQuota } from './pre-flight-quota.ts'

const TYPES = ['n2-standard-4', 'n2-standard-8', 'e2-standard-8']
const ZONES = ['a', 'b', undefined] as const

const spec = fc
  .record({
    count: fc.integer({ min: 1, max: 60 }),
    driver: fc.constantFrom(...TYPES),
    machineType: fc.constantFrom(...TYPES),
    spot: fc.boolean(),
    spotFallback: fc.boolean(),
  })
  .map(({ driver, ...executors }): ClusterSpec => ({
    runtime: '17.3.x-scala2.13',
    driver: { machineType: driver },
    executors,
    zone: 'auto',
    autoterminationMinutes: 0,
  }))
const claims = fc.array(fc.record({ zone: fc.constantFrom(...ZONES), spec }), { maxLength: 4 })

type Ask = (spec: ClusterSpec) => Reason | undefined

/** The number of executors that the answer allows; all that were asked for when it is none. */
function told(of: ClusterSpec, ask: Ask): number {
  const reason = ask(of)
  if (!reason) return of.executors.count
  return Number(/^at most (\d+) executors?, as things stand$/.exec(reason.allowed ?? '')?.[1] ?? 0)
}

/** The numbers, up to what was asked for, that are not refused. */
function fitting(of: ClusterSpec, ask: Ask): number[] {
  const { executors } = of
  return upTo(executors.count).filter(
    (count) => ask({ ...of, executors: { ...executors, count } }) === undefined,
  )
}

const machineOf = (name: string): Machine => {
  const [family = '', , cpus] = name.split('-')
  return { family, cpus: Number(cpus), diskGb: 100, diskType: 'pd-balanced' }
}

const upTo = (most: number): number[] => Array.from({ length: most }, (_, at) => at + 1)

it('room: ranges and limits of GKE', () => {
  const limits = fc.record({
    nodesPerPoolAndZone: fc.integer({ min: 5, max: 60 }),
    nodesPerCluster: fc.integer({ min: 20, max: 200 }),
    podsPerNamespace: fc.integer({ min: 5, max: 80 }),
    size: fc.constantFrom('/18', '/19', '/20', '/21'),
    zone: fc.constantFrom(...ZONES),
  })
  fc.assert(
    fc.property(spec, claims, limits, (of, by, { size, zone, ...most }) => {
      const all: GkeLimits = { ...most, podsPerNode: 32, systemNodes: 10, shardsPerPool: 1 }
      const ranges = { nodes: '10.0.0.0/24', pods: `100.64.0.0${size}`, services: '10.1.0.0/24' }
      const others = by.map((claim) => ({ zone: claim.zone, nodes: nodesOf(claim.spec) }))
      const ask: Ask = (asked) => shortOfRoom({ spec: asked, zone, others, ranges, zones: 3 }, all)
      expect(fitting(of, ask)).toEqual(upTo(told(of, ask)))
    }),
    { numRuns: 300 },
  )
})

const quota = (metric: string, unit: number) =>
  fc
    .record({ limit: fc.integer({ min: 0, max: 600 }), usage: fc.integer({ min: 0, max: 200 }) })
    .map(({ limit, usage }): Quota => ({ metric, limit: limit * unit, usage: usage * unit }))

it('quotas', () => {
  const regional = fc.tuple(
    quota('CPUS', 1),
    quota('N2_CPUS', 1),
    quota('PREEMPTIBLE_CPUS', 1),
    quota('INSTANCES', 1),
    quota('SSD_TOTAL_GB', 20),
  )
  fc.assert(
    fc.property(spec, claims, regional, (of, by, quotas) => {
      const promised = sumOf(by.map((claim) => nodesOf(claim.spec)))
      const freed = new Map()
      const ask: Ask = (asked) =>
        shortOfQuota({ spec: asked, more: nodesOf(asked), freed, promised, quotas, machineOf })
      expect(fitting(of, ask)).toEqual(upTo(told(of, ask)))
    }),
    { numRuns: 300 },
  )
})
