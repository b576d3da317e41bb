// What a run of many seeds adds up to. Plain data, because it crosses threads.
import type { Arrivals } from './arrivals.ts'
import type { SeedResult, Violation } from './run-seed.ts'

/** What is kept of one seed. */
export interface SeedTally {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly traceHash: string
  readonly events: number
  readonly crashes: number
  readonly simulatedMs: number
  readonly portCalls: number
  readonly recoveryMs: number
  readonly arrivals: Arrivals
  readonly probes: readonly string[]
}

export function tallyOf({ trace: _trace, scenario: _scenario, ...tally }: SeedResult): SeedTally {
  return tally
}

/** The longest of all seeds, and the lowest seed that took so long. */
interface Worst {
  readonly ms: number
  readonly seed: number
}

export interface Totals {
  seeds: number
  violations: number
  simulatedMs: number
  events: number
  crashes: number
  portCalls: number
  worstRecovery: Worst
  /** By kind and direction. */
  worstArrivals: Readonly<Record<string, Worst>>
}

/** Before the first seed: any is lower. */
const NONE: Worst = { ms: 0, seed: Number.POSITIVE_INFINITY }

export const noTotals = (): Totals => ({
  seeds: 0,
  violations: 0,
  simulatedMs: 0,
  events: 0,
  crashes: 0,
  portCalls: 0,
  worstRecovery: NONE,
  worstArrivals: {},
})

export function addTo(totals: Totals, tally: SeedTally): void {
  totals.seeds++
  totals.violations += tally.violations.length
  totals.simulatedMs += tally.simulatedMs
  totals.events += tally.events
  totals.crashes += tally.crashes
  totals.portCalls += tally.portCalls
  totals.worstRecovery = worse(totals.worstRecovery, tally.recoveryMs, tally.seed)
  const arrivals = Object.entries(tally.arrivals).map(([way, ms]) => [
    way,
    worse(totals.worstArrivals[way] ?? NONE, ms, tally.seed),
  ])
  totals.worstArrivals = { ...totals.worstArrivals, ...Object.fromEntries(arrivals) }
}

/** It does not matter in which order threads answer. */
function worse(known: Worst, ms: number, seed: number): Worst {
  const isWorse = ms > known.ms || (ms === known.ms && seed < known.seed)
  return isWorse ? { ms, seed } : known
}
