// Warm nodes: machines that a workspace keeps ready for its next launches, as many as its monthly budget allows at list
// price. Pure.
import type { Rates } from './bill.ts'
import type { WarmNodes } from './entity.ts'

/** The longest month: a budget is kept in every one. */
const HOURS_A_MONTH = 744

/** What becomes of one line of what was asked for. */
export interface KeptWarm {
  readonly machineType: string
  readonly zone: string
  readonly wanted: number
  /** As many as the budget allows, after the lines before. */
  readonly count: number
  /** Micro-dollars that one costs in the longest month, with its disk; undefined where no price is known. */
  readonly each: number | undefined
}

export function keptWarm(
  { monthlyBudget, nodes }: WarmNodes,
  rates: Pick<Rates, 'machine' | 'disk'>,
): KeptWarm[] {
  let left = monthlyBudget * 1e6
  return nodes.map(({ machineType, zone, count: wanted }) => {
    const machine = rates.machine(machineType, false)
    const each =
      machine === undefined ? undefined : Math.ceil((machine + rates.disk) * 1e6 * HOURS_A_MONTH)
    const count = each === undefined ? 0 : Math.min(wanted, Math.floor(left / each))
    left -= count * (each ?? 0)
    return { machineType, zone, wanted, count, each }
  })
}

/** Whether nodes of a machine type are kept warm. */
export const isKeptWarm = (warm: WarmNodes | undefined, machineType: string): boolean =>
  warm?.nodes.some((each) => each.machineType === machineType) === true
