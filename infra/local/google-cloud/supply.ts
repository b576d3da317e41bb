// What Google has to give: machines of a type in a zone, and a project's CPU quota. Both are endless until a test says
// otherwise.
import { machineType } from '../../../shared/catalog/machine-types.ts'
import { regionOfZone } from '../../../shared/catalog/regions.ts'

export type Shortage = 'stock-out' | 'quota'

export interface Supply {
  /** How many of `count` machines can be had now, taking them; and what stands in the way of the rest. */
  take(
    project: string,
    zone: string,
    type: string,
    count: number,
  ): { readonly given: number; readonly shortage?: Shortage }
  giveBack(project: string, zone: string, type: string, count: number): void
  /** The zone has only this many more machines of the type (or of any type). */
  stockOut(zone: string, type: string | undefined, left: number): void
  restock(zone: string, type: string | undefined): void
  /** CPUs that a project may use of a machine family in a region; undefined lifts the limit. */
  setQuota(project: string, region: string, family: string, cpus: number | undefined): void
}

const ANY = '*'

function quotaKey(project: string, zone: string, type: string): string {
  return `${project} ${regionOfZone(zone)} ${machineType(type)?.family ?? type}`
}

function stockKeys(zone: string, type: string): string[] {
  return [`${zone} ${type}`, `${zone} ${ANY}`]
}

export function supply(): Supply {
  /** `zone type` to the number left. */
  const stock = new Map<string, number>()
  /** `project region family` to CPUs. */
  const quotas = new Map<string, number>()
  const used = new Map<string, number>()

  return {
    take(project, zone, type, count) {
      const cpus = machineType(type)?.cpus ?? 1
      const key = quotaKey(project, zone, type)
      const free = (quotas.get(key) ?? Infinity) - (used.get(key) ?? 0)
      const byQuota = Math.max(0, Math.floor(free / cpus))
      const keys = stockKeys(zone, type)
      const byStock = Math.min(...keys.map((each) => stock.get(each) ?? Infinity))
      const given = Math.min(count, byQuota, byStock)
      used.set(key, (used.get(key) ?? 0) + given * cpus)
      for (const each of keys) {
        const left = stock.get(each)
        if (left !== undefined) stock.set(each, left - given)
      }
      if (given === count) return { given }
      return { given, shortage: byStock <= byQuota ? 'stock-out' : 'quota' }
    },
    giveBack(project, zone, type, count) {
      const key = quotaKey(project, zone, type)
      used.set(key, (used.get(key) ?? 0) - count * (machineType(type)?.cpus ?? 1))
    },
    stockOut: (zone, type, left) => void stock.set(`${zone} ${type ?? ANY}`, left),
    restock: (zone, type) => void stock.delete(`${zone} ${type ?? ANY}`),
    setQuota(project, region, family, cpus) {
      const key = `${project} ${region} ${family}`
      if (cpus === undefined) quotas.delete(key)
      else quotas.set(key, cpus)
    },
  }
}
