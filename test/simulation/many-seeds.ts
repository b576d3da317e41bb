// `npm run simulate -- --seeds N`: many seeds on all threads, and what they add up to.
import { explain } from './explain.ts'
import { inHours, type Output } from './output.ts'
import { addTo, noTotals, type SeedTally, type Totals } from './tally.ts'
import { runOnThreads, type Thread } from './threads.ts'

export interface ManySeeds {
  readonly seeds: number
  readonly first: number
  readonly threads: number
}

/** So many failing seeds are explained; the others are only named. */
const EXPLAINED = 5

/** Answers the exit code: 1 when any seed broke an invariant. */
export async function runMany(
  { seeds, first, threads }: ManySeeds,
  output: Output,
): Promise<number> {
  const totals = noTotals()
  const failed: SeedTally[] = []
  const thread: Thread<number, SeedTally> = { worker: new URL('./worker.ts', import.meta.url) }
  await runOnThreads(thread, numbers(first, seeds), threads, (tally) => {
    addTo(totals, tally)
    if (tally.violations.length > 0) {
      failed.push(tally)
      output.progress(
        `seed ${tally.seed}: ${tally.violations[0]?.invariant} ${tally.violations[0]?.says}`,
      )
    }
    if (totals.seeds % 1000 === 0) output.progress(`${totals.seeds} of ${seeds} seeds`)
  })
  for (const { seed } of failed.slice(0, EXPLAINED)) await explain(seed, output)
  if (failed.length > EXPLAINED)
    output.progress(
      `and seeds ${failed
        .slice(EXPLAINED)
        .map(({ seed }) => seed)
        .join(', ')}`,
    )
  output.say(...summary(totals))
  return totals.violations > 0 ? 1 : 0
}

function* numbers(first: number, count: number): Iterable<number> {
  for (let at = 0; at < count; at++) yield first + at
}

function summary(totals: Totals): Parameters<Output['say']> {
  const { seeds, violations, simulatedMs, events, crashes, portCalls, worstRecoveryMs } = totals
  const simulatedHours = inHours(simulatedMs)
  return [
    {
      kind: 'summary',
      seeds,
      violations,
      simulatedHours,
      events,
      crashes,
      portCalls,
      worstRecoveryMs,
    },
    `${seeds} seeds, ${violations} violations, ${simulatedHours} simulated hours, ${events} events, ${crashes} crashes, ` +
      `${portCalls} calls; the worst recovery took ${Math.round(worstRecoveryMs / 60_000)} min`,
  ]
}
