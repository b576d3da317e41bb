// What Google has to give: machines of a type in a zone, within the project's quotas and the cluster's addresses. Endless
// unless a fault says otherwise.
import type { FaultBoard } from './faults/fault-board.ts'
import { isMeant } from './faults/fault-board.ts'
import type { Chargeable, Quotas } from './quotas.ts'

export type Shortage = 'stock-out' | 'quota' | 'ip-space' | 'time-out'

export interface Taken {
  readonly given: number
  /** What stands in the way of the rest. */
  readonly shortage?: Shortage
  /** The quota that is short. */
  readonly metric?: string
}

/** Whose machines they are, and how many it has addresses for. */
export interface Taker {
  readonly project: string
  readonly path: string
  readonly name: string
  /** How many more nodes its address ranges hold. */
  readonly addresses: () => number
}

export interface Supply {
  /** How many of `count` machines can be had now, taking them; and what stands in the way of the rest. */
  take(taker: Taker, machine: Chargeable, count: number): Taken
  giveBack(project: string, machine: Chargeable, count: number): void
}

export function supply(faults: Pick<FaultBoard, 'all'>, quotas: Quotas): Supply {
  /** Taken since a stock-out began, which leaves a number. */
  const taken = new WeakMap<object, number>()

  return {
    take(taker, machine, count) {
      const { zone, machineType, isSpot } = machine
      const short = faults.all('stock-out').filter(({ spot, ...where }) => {
        const isOfKind = spot === undefined || spot === isSpot
        return isOfKind && isMeant(where.zone, zone) && isMeant(where.machineType, machineType)
      })
      const inStock = Math.min(
        ...short.map((fault) => Math.max(0, fault.left - (taken.get(fault) ?? 0))),
        Infinity,
      )
      const { count: inQuota, metric } = quotas.room(taker.project, machine)
      const addressed = taker.addresses()
      const given = Math.min(count, inQuota, inStock, addressed)
      quotas.charge(taker.project, machine, given)
      for (const fault of short) taken.set(fault, (taken.get(fault) ?? 0) + given)
      if (given === count) return { given }
      if (given === addressed) return { given, shortage: 'ip-space' }
      if (given === inStock) return { given, shortage: 'stock-out' }
      return { given, shortage: 'quota', ...(metric === undefined ? {} : { metric }) }
    },
    giveBack: (project, machine, count) => quotas.charge(project, machine, -count),
  }
}
