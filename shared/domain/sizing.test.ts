import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocatable, DAEMON_SETS, podSize } from './sizing.ts'

const GIB = 1024

describe('allocatable', () => {
  it.each([
    [4, 80],
    [8, 90],
    [16, 110],
    [32, 150],
    [96, 310],
  ])('takes off the CPU that GKE publishes: of %d CPUs %dm', (cpus, reserved) => {
    expect(allocatable({ cpus, memoryMb: 16 * GIB }).cpuMilli).toBe(cpus * 1000 - reserved)
  })

  it.each([
    [16, 12.95],
    [32, 27.7],
    [64, 57.2],
    [128, 116.3],
  ])('leaves the net memory of a Container-Optimized OS node: of %d GiB %d', (gib, net) => {
    const { memoryMib } = allocatable({ cpus: 8, memoryMb: gib * GIB })
    expect(Math.abs(memoryMib / GIB - net)).toBeLessThan(0.05)
  })

  it('reserves 1,060m on a shared core', () => {
    expect(allocatable({ cpus: 2, memoryMb: 4 * GIB, isSharedCore: true }).cpuMilli).toBe(940)
  })

  it('is never negative', () => {
    expect(allocatable({ cpus: 1, memoryMb: 128, isSharedCore: true })).toEqual({
      cpuMilli: 0,
      memoryMib: 0,
    })
  })
})

describe('podSize', () => {
  const node = { cpus: 8, memoryMb: 32 * GIB }

  it('room: leaves DaemonSets and 5 %, at least 500m and 512 MiB', () => {
    const size = podSize(node, 'executor')
    const free = allocatable(node)
    if ('reason' in size) throw new Error(size.message)
    expect(free.cpuMilli - DAEMON_SETS.cpuMilli - size.cpuMilli).toBeGreaterThanOrEqual(500)
    expect(free.memoryMib - DAEMON_SETS.memoryMib - size.memoryMib).toBeGreaterThanOrEqual(
      free.memoryMib * 0.05,
    )
  })

  it('room: steps down once after "Insufficient"', () => {
    const size = podSize(node, 'executor')
    const stepped = podSize(node, 'executor', { stepDown: true })
    if ('reason' in size || 'reason' in stepped) throw new Error('a size was refused')
    expect(size.cpuMilli - stepped.cpuMilli).toBe(500)
    expect(size.memoryMib - stepped.memoryMib).toBeGreaterThan(1400)
  })

  it('room: believes a measured node rather than the rules', () => {
    const measured = {
      allocatable: { cpuMilli: 7000, memoryMib: 20_000 },
      daemonSets: { cpuMilli: 1000, memoryMib: 1000 },
    }
    expect(podSize(node, 'executor', { measured })).toMatchObject({
      cpuMilli: 5400,
      memoryMib: 17_808,
    })
    const swallowed = { ...measured, daemonSets: { cpuMilli: 4500, memoryMib: 15_000 } }
    expect(podSize(node, 'executor', { measured: swallowed })).toMatchObject({
      reason: 'NOT_EXCLUSIVE',
    })
  })

  it('says why a machine is too small instead of answering a negative size', () => {
    expect(podSize({ cpus: 2, memoryMb: GIB, isSharedCore: true }, 'executor')).toMatchObject({
      reason: 'TOO_LITTLE_CPU',
    })
    const lean = podSize({ cpus: 2, memoryMb: 2 * GIB }, 'driver')
    expect(lean).toMatchObject({ reason: 'TOO_LITTLE_MEMORY' })
    expect('reason' in lean && lean.message).toContain('2 CPUs and 2048 MiB')
  })

  it('heap and Python share the memory, and a larger machine never gets less', () => {
    const shape = fc.record({
      cpus: fc.integer({ min: 1, max: 360 }),
      memoryMb: fc.integer({ min: 512, max: 3_000_000 }),
    })
    const more = fc.record({ cpus: fc.nat({ max: 64 }), memoryMb: fc.nat({ max: 500_000 }) })
    fc.assert(
      fc.property(shape, more, fc.constantFrom('driver', 'executor'), (small, extra, role) => {
        const large = {
          cpus: small.cpus + extra.cpus,
          memoryMb: small.memoryMb + extra.memoryMb,
        }
        const one = podSize(small, role)
        const other = podSize(large, role)
        if ('reason' in one) return
        expect(other).not.toHaveProperty('reason')
        if ('reason' in other) return
        expect(other.cpuMilli).toBeGreaterThanOrEqual(one.cpuMilli)
        expect(other.memoryMib).toBeGreaterThanOrEqual(one.memoryMib)
        expect(other.heapMib).toBeGreaterThanOrEqual(one.heapMib)
        expect(one.heapMib + 384).toBeLessThanOrEqual(one.memoryMib)
      }),
    )
  })
})
