import { describe, expect, it } from 'vitest'
import { executorPod, executorPool } from '../../../../test/google-cloud/executor-pods.ts'
import { CALLER, CLUSTER, nodesOf, unitCloud } from '../../../../test/google-cloud/unit-cloud.ts'
import type { FaultInput } from './fault-catalog.ts'

const SCAN = 10_000
const BOOT = 80_000
const MINUTE = 60_000

/** A cluster with this many pending pods, each of which fills a node of the pool. */
async function pending(count: number, pool = executorPool()) {
  const cloud = await unitCloud()
  const kubernetes = await cloud.makeCluster(pool)
  const face = kubernetes.face('system:admin')
  await face.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark' } })
  const begin = async (): Promise<void> => {
    for (let index = 0; index < count; index++)
      await face.create(executorPod(`e-${index}`, { owner: '' }))
  }
  const nodes = (): number => nodesOf(kubernetes, 'executors').length
  const says = (text: string): boolean => JSON.stringify(cloud.entries).includes(text)
  return { ...cloud, begin, nodes, says, faults: cloud.engine.faults }
}

describe('quotas', () => {
  it.each<[FaultInput<'quota'>, number]>([
    [{ metric: 'N2_CPUS', limit: 12 }, 3],
    // The system node is an instance too, and has a disk of 100 GB.
    [{ metric: 'INSTANCES', limit: 3 }, 2],
    [{ metric: 'SSD_TOTAL_GB', limit: 500 }, 4],
    [{ metric: 'PREEMPTIBLE_CPUS', limit: 4 }, 5],
    [{ metric: 'N2_CPUS', limit: 4, region: 'us-east1' }, 5],
    [{ metric: 'N2_CPUS', limit: 4, project: 'other' }, 5],
  ])('%j leave room for %i nodes', async (fault, expected) => {
    const { clock, begin, nodes, faults, says, engine } = await pending(5)
    await faults.set('quota', fault)
    await begin()
    await clock.advance(2 * SCAN + BOOT)
    expect(nodes()).toBe(expected)
    expect(says('scale.up.error.quota.exceeded')).toBe(expected < 5)
    await engine.stop()
  })

  it('are read as Compute answers them, with what is in use', async () => {
    const { clock, begin, faults, engine, network } = await pending(2)
    await faults.set('quota', { metric: 'N2_CPUS', limit: 100 })
    await begin()
    await clock.advance(SCAN)
    const read = await network.listQuotas()
    expect(read).toContainEqual({ metric: 'N2_CPUS', limit: 100, usage: 8 })
    expect(read).toContainEqual({ metric: 'INSTANCES', limit: 1_000_000, usage: 3 })
    expect(read).toContainEqual({ metric: 'SSD_TOTAL_GB', limit: 1_000_000, usage: 300 })
    await engine.stop()
  })
})

describe('addresses (rule *ranges*)', () => {
  it('run out where the fault says, and the autoscaler says so', async () => {
    const { clock, begin, nodes, faults, says, engine } = await pending(5)
    await faults.set('ip-range', { cluster: CLUSTER, nodes: 3 })
    await begin()
    await clock.advance(2 * SCAN + BOOT)
    // One of the three is the system node.
    expect(nodes()).toBe(2)
    expect(says('scale.up.error.ip.space.exhausted')).toBe(true)
    await engine.stop()
  })
})

describe('nodes', () => {
  it('that never come are given up after 15 minutes, and tried elsewhere', async () => {
    const { clock, begin, nodes, faults, says, engine } = await pending(2)
    await faults.set('node-never', { zone: 'europe-west4-a' })
    await begin()
    const machines = (): number =>
      engine.list().filter((path) => path.includes('/instances/gke-c-executors')).length
    await clock.advance(SCAN + BOOT)
    expect([nodes(), machines()]).toEqual([0, 2])
    expect(says('timeout')).toBe(false)
    await clock.advance(15 * MINUTE)
    expect(says('scale.up.error.waiting.for.instances.timeout')).toBe(true)
    await clock.advance(2 * SCAN + BOOT)
    expect([nodes(), machines()]).toEqual([2, 2])
    await engine.stop()
  })

  it('come later', async () => {
    const { clock, begin, nodes, faults, engine } = await pending(1)
    await faults.set('node-late', { pool: 'executors', seconds: 100 })
    await begin()
    await clock.advance(BOOT + 90_000)
    expect(nodes()).toBe(0)
    await clock.advance(SCAN + 20_000)
    expect(nodes()).toBe(1)
    await engine.stop()
  })

  it('come one after another', async () => {
    const { clock, begin, nodes, faults, engine } = await pending(10)
    await faults.set('node-rate', { perMinute: 6 })
    await begin()
    await clock.advance(BOOT + SCAN)
    const first = nodes()
    expect(first).toBeLessThanOrEqual(2)
    await clock.advance(MINUTE)
    expect(nodes()).toBe(first + 6)
    await clock.advance(40_000)
    expect(nodes()).toBe(10)
    await engine.stop()
  })
})

describe('not-offered', () => {
  it('a zone does not have the machine type', async () => {
    const { network, engine } = await unitCloud()
    await engine.faults.set('not-offered', { zone: 'europe-west4-b', machineType: 'n2-standard-4' })
    expect(await network.hasMachineType('europe-west4-a', 'n2-standard-4')).toBe(true)
    expect(await network.hasMachineType('europe-west4-b', 'n2-standard-4')).toBe(false)
    expect(await network.hasMachineType('europe-west4-b', 'n2-standard-8')).toBe(true)
    expect(engine.quotas.read(CALLER.project, CALLER.region)).not.toEqual([])
  })
})
