// What a run of many seeds adds up to. Plain data, because it crosses threads.
import { type Arrivals, worstOf } from './arrivals.ts'
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

export interface Totals {
  seeds: number
  violations: number
  simulatedMs: number
  events: number
  crashes: number
  portCalls: number
  worstRecoveryMs: number
  worstArrivals: Arrivals
}

export const noTotals = (): Totals => ({
  seeds: 0,
  violations: 0,
  simulatedMs: 0,
  events: 0,
  crashes: 0,
  portCalls: 0,
  worstRecoveryMs: 0,
  worstArrivals: {},
})

export function addTo(totals: Totals, tally: SeedTally): void {
  totals.seeds++
  totals.violations += tally.violations.length
  totals.simulatedMs += tally.simulatedMs
  totals.events += tally.events
  totals.crashes += tally.crashes
  totals.portCalls += tally.portCalls
  totals.worstRecoveryMs = Math.max(totals.worstRecoveryMs, tally.recoveryMs)
  totals.worstArrivals = worstOf(totals.worstArrivals, tally.arrivals)
}
