import { describe, expect, it } from 'vitest'
import type { ClusterSpec } from './entity.ts'
import { nodesOf } from './nodes-by-pool.ts'
import { type Quota, shortOfQuota } from './pre-flight-quota.ts'

const specOf = (count: number, more: Partial<ClusterSpec['executors']> = {}): ClusterSpec => ({
  runtime: '17.3.x-scala2.13',
  driver: { machineType: 'n2-standard-4' },
  executors: { count, machineType: 'n2-standard-8', spot: false, spotFallback: false, ...more },
  zone: 'auto',
  autoterminationMinutes: 0,
})

const machines = new Map([
  ['n2-standard-4', { cpus: 4, family: 'n2', diskGb: 100, diskType: 'pd-balanced' }],
  ['n2-standard-8', { cpus: 8, family: 'n2', diskGb: 100, diskType: 'pd-balanced' }],
  ['e2-standard-8', { cpus: 8, family: 'e2', diskGb: 100, diskType: 'pd-balanced' }],
  ['c4-standard-8', { cpus: 8, family: 'c4', diskGb: 100, diskType: 'hyperdisk-balanced' }],
])
const quota = (metric: string, limit: number, usage = 0): Quota => ({ metric, limit, usage })
const endless = [quota('INSTANCES', 1e6), quota('SSD_TOTAL_GB', 1e6), quota('CPUS', 1e6)]
const short = (spec: ClusterSpec, quotas: readonly Quota[], promised = 0) =>
  shortOfQuota({
    spec,
    more: nodesOf(spec),
    freed: new Map(),
    promised: promised > 0 ? nodesOf(specOf(promised)) : new Map(),
    quotas: [...quotas, ...endless.filter((e) => quotas.every((q) => q.metric !== e.metric))],
    machineOf: (name) => machines.get(name),
  })

describe('quotas', () => {
  it('are counted by family, with the driver, and what is short is told', () => {
    expect(short(specOf(10), [quota('N2_CPUS', 84)])).toBeUndefined()
    expect(short(specOf(10), [quota('N2_CPUS', 100, 40)])).toMatchObject({
      code: 'GCP_QUOTA_EXCEEDED',
      type: 'CLOUD_FAILURE',
      message: expect.stringContaining(
        '(N2_CPUS): 84 more are needed, 60 of 100 are free: 24 short',
      ),
      field: 'data.executors.count',
      got: '10',
      allowed: 'at most 7 executors, as things stand',
    })
  })

  it('ranges: 1,000 machines with 100 GB of balanced disk each take 100 TB of SSD_TOTAL_GB', () => {
    expect(short(specOf(999), [quota('SSD_TOTAL_GB', 100_000)])).toBeUndefined()
    expect(short(specOf(1000), [quota('SSD_TOTAL_GB', 100_000)])).toMatchObject({
      message: expect.stringContaining('(SSD_TOTAL_GB): 100100 more are needed'),
      allowed: 'at most 999 executors, as things stand',
    })
  })

  it('count machines', () => {
    expect(short(specOf(10), [quota('INSTANCES', 24, 14)])).toMatchObject({
      message: expect.stringContaining('(INSTANCES): 11 more are needed, 10 of 24 are free'),
    })
  })

  it('of spot are their own only where the project was given one', () => {
    const spot = specOf(10, { spot: true })
    expect(short(spot, [quota('N2_CPUS', 4), quota('PREEMPTIBLE_CPUS', 80)])).toBeUndefined()
    expect(short(spot, [quota('N2_CPUS', 400), quota('PREEMPTIBLE_CPUS', 72)])).toMatchObject({
      message: expect.stringContaining('(PREEMPTIBLE_CPUS): 80 more are needed'),
    })
    expect(short(spot, [quota('N2_CPUS', 83), quota('PREEMPTIBLE_CPUS', 0)])).toMatchObject({
      message: expect.stringContaining('(N2_CPUS): 84 more are needed'),
    })
  })

  it('of old families are the general one, unless they have their own', () => {
    const e2 = specOf(10, { machineType: 'e2-standard-8' })
    expect(short(e2, [quota('CPUS', 79)])).toMatchObject({ code: 'GCP_QUOTA_EXCEEDED' })
    expect(short(e2, [quota('CPUS', 79), quota('E2_CPUS', 80)])).toBeUndefined()
  })

  it('that the region does not list are not known, so nothing is refused for them', () => {
    const c4 = specOf(10, { machineType: 'c4-standard-8' })
    expect(short(c4, [quota('CPUS', 0), quota('SSD_TOTAL_GB', 100)])).toBeUndefined()
    expect(short(c4, [quota('HDB_TOTAL_GB', 999)])).toMatchObject({
      message: expect.stringContaining('(HDB_TOTAL_GB)'),
    })
  })

  it('are used by what others of ours were promised, though it is not there yet', () => {
    expect(short(specOf(10), [quota('N2_CPUS', 168, 80)], 10)).toBeUndefined()
    expect(short(specOf(10), [quota('N2_CPUS', 160, 8)], 10)).toMatchObject({
      message: expect.stringContaining('76 of 160 are free: 8 short'),
    })
  })

  it('that are exceeded already leave nothing', () => {
    expect(short(specOf(10), [quota('N2_CPUS', 10, 40)])).toMatchObject({
      message: expect.stringContaining('0 of 10 are free: 114 short'),
      allowed: 'none, as things stand',
    })
  })
})
