// Every machine type of the catalogue against the sizing rules (rule *room*, R9, R12).
import { describe, expect, it } from 'vitest'
import { allocatable, DAEMON_SETS, podSize } from '../domain/sizing.ts'
import { machineType, machineTypes } from './machine-types.ts'

const roles = ['driver', 'executor'] as const

const sized = Object.values(machineTypes).flatMap((type) =>
  roles.flatMap((role) => {
    const size = podSize(type, role)
    return 'reason' in size ? [] : [{ name: type.name, role, type, size }]
  }),
)

describe('on every machine type', () => {
  it.each(sized)('room: a $role fits alone on $name', ({ type, size }) => {
    const free = allocatable(type)
    expect(size.cpuMilli + DAEMON_SETS.cpuMilli + 500).toBeLessThanOrEqual(free.cpuMilli)
    expect(size.memoryMib + DAEMON_SETS.memoryMib + 512).toBeLessThanOrEqual(free.memoryMib)
    expect(size.cpuMilli * 2 > free.cpuMilli || size.memoryMib * 2 > free.memoryMib).toBe(true)
    expect(size.cores).toBe(type.cpus)
    expect(size.heapMib).toBeGreaterThanOrEqual(512)
  })

  it('only machines of 2 CPUs or 4 GB at most are refused', () => {
    const accepted = new Set(sized.map(({ name, role }) => `${name} ${role}`))
    const refused = Object.values(machineTypes).filter((type) =>
      roles.some((role) => !accepted.has(`${type.name} ${role}`)),
    )
    expect(refused.filter((type) => type.cpus > 2 && type.memoryMb > 4096)).toEqual([])
  })
})

describe('pod sizes', () => {
  it.each([
    ['e2-standard-4', { cpuMilli: 2960, memoryMib: 11_761, cores: 4, heapMib: 8580 }],
    ['n2-standard-8', { cpuMilli: 6950, memoryMib: 26_122, cores: 8, heapMib: 19_351 }],
    ['n2-highmem-16', { cpuMilli: 14_630, memoryMib: 112_284, cores: 16, heapMib: 83_973 }],
  ])('of an executor on %s', (name, size) => {
    expect(podSize(machineTypes[name] ?? { cpus: 0, memoryMb: 0 }, 'executor')).toEqual(size)
  })

  it.each(['e2-micro', 'e2-small', 'e2-medium', 'n1-standard-1', 'e2-highcpu-2'])(
    'refuse %s for both roles',
    (name) => {
      const type = machineType(name)
      for (const role of roles) expect(type && podSize(type, role)).toHaveProperty('reason')
    },
  )
})
