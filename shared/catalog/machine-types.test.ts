import { describe, expect, it } from 'vitest'
import { machineType, machineTypes, nearestMachineTypes } from './machine-types.ts'

describe('machine types', () => {
  it('know the figures that Google publishes', () => {
    expect(machineType('e2-standard-4')).toMatchObject({ cpus: 4, memoryMb: 16_384, family: 'e2' })
    expect(machineType('n1-standard-4')).toMatchObject({ cpus: 4, memoryMb: 15_360 })
    expect(machineType('n2-highmem-128')).toMatchObject({ cpus: 128, memoryMb: 864 * 1024 })
    expect(machineType('c3-standard-8-lssd')).toMatchObject({ cpus: 8, localSsds: 2 })
    expect(machineType('c4-standard-8')).toMatchObject({ memoryMb: 30_720, hyperdiskOnly: true })
  })

  it('are whole megabytes under their own name', () => {
    const entries = Object.entries(machineTypes)
    expect(entries.length).toBeGreaterThan(150)
    for (const [name, type] of entries) {
      expect(type.name).toBe(name)
      expect(name.startsWith(`${type.family}-`)).toBe(true)
      expect(type.cpus).toBeGreaterThan(0)
      expect(Number.isInteger(type.memoryMb)).toBe(true)
      expect(type.memoryMb).toBeGreaterThanOrEqual(1024)
    }
  })

  it('offer one with a local disk and one with -standard-, which clients look for', () => {
    expect(Object.values(machineTypes).some((type) => type.localSsds > 0)).toBe(true)
    expect(machineTypes['n1-standard-4']).toBeDefined()
  })

  it('do not mistake properties of objects for names', () => {
    expect(machineType('constructor')).toBeUndefined()
    expect(machineType('__proto__')).toBeUndefined()
  })

  it('suggest what a misspelled name most likely meant', () => {
    expect(nearestMachineTypes('n2-standart-8')[0]).toBe('n2-standard-8')
    expect(nearestMachineTypes('e2-standard-5')).toHaveLength(3)
    expect(nearestMachineTypes('n2-standard-8')[0]).toBe('n2-standard-8')
    expect(nearestMachineTypes('')).toHaveLength(3)
  })
})
