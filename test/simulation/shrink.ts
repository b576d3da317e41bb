// Makes a failing scenario smaller: leaves out kinds of fault, then moves, as long as the same invariant still breaks.
import type { SeedResult } from './run-seed.ts'
import type { Scenario } from './scenario.ts'
import { allFaultKinds } from './weather.ts'

type Run = (scenario: Scenario) => Promise<SeedResult>

/** So many runs, at most: a small scenario is worth a minute, not an hour. */
const TRIES = 150

/** The smallest one found that breaks `invariant`, with what came of it. */
export async function shrink(first: SeedResult, invariant: string, run: Run): Promise<SeedResult> {
  let best = first
  let tries = 0

  async function holds(candidate: Scenario): Promise<boolean> {
    if (++tries > TRIES) return false
    const result = await run(candidate)
    if (!result.violations.some((violation) => violation.invariant === invariant)) return false
    best = result
    return true
  }

  for (const kind of allFaultKinds) {
    const { [kind]: rate, ...weather } = best.scenario.weather
    if (rate !== undefined) await holds({ ...best.scenario, weather })
  }
  const { aim, ...aimless } = best.scenario
  if (aim) await holds(aimless)
  // Halves first, then one by one; from the end, because later moves build on earlier ones.
  for (
    let size = Math.ceil(best.scenario.moves.length / 2);
    size >= 1;
    size = Math.floor(size / 2)
  ) {
    for (let from = best.scenario.moves.length - size; from >= 0; from -= size) {
      const moves = best.scenario.moves.toSpliced(from, size)
      await holds({ ...best.scenario, moves })
    }
  }
  return best
}
