// `npm run simulate -- --seeds N`: many seeds on all threads, and what they add up to.
import type { DeliveryMode } from './delivery-modes.ts'
import { explain } from './explain.ts'
import { inHours, inMinutes, type Output } from './output.ts'
import { judgeReach, type Reach } from './reach/judge-reach.ts'
import { addTo, noTotals, type SeedTally, type Totals } from './tally.ts'
import { runOnThreads, type Thread } from './threads.ts'
import type { SeedAnswer, SeedJob } from './worker.ts'

export interface ManySeeds {
  readonly seeds: number
  readonly first: number
  readonly threads: number
  readonly deliveries?: DeliveryMode | undefined
  /** Names what was never reached, however few the seeds. */
  readonly isReachSaid: boolean
}

/** So many failing seeds are explained; the others are only named. */
const EXPLAINED = 5
/** Fewer seeds cannot be asked to come by everything. */
const ENOUGH_FOR_REACH = 10_000
const SAY_EVERY = 1000

/** Answers the exit code: 1 when a seed broke an invariant, or many never came by what has no reason, or by what has one. */
export async function runMany(
  { seeds, first, threads, deliveries, isReachSaid }: ManySeeds,
  output: Output,
): Promise<number> {
  const totals = noTotals()
  const failed: SeedTally[] = []
  const probes = new Set<string>()
  const thread: Thread<SeedJob, SeedAnswer> = {
    worker: new URL('./worker.ts', import.meta.url),
    last: 'end',
  }
  const jobs = Array.from({ length: seeds }, (_, at) => ({ seed: first + at, deliveries }))
  await runOnThreads(thread, jobs, threads, (answer) => {
    const reached = answer.is === 'over' ? answer.probes : answer.tally.probes
    for (const probe of reached) probes.add(probe)
    if (answer.is === 'over') return
    const { tally } = answer
    addTo(totals, tally)
    if (tally.violations.length > 0) failed.push(tally)
    const [worst] = tally.violations
    if (worst)
      output.progress(`seed ${tally.seed}: ${worst.invariant} ${worst.about} ${worst.says}`)
    if (totals.seeds % SAY_EVERY === 0) output.progress(`${totals.seeds} of ${seeds} seeds`)
  })
  for (const { seed } of failed.slice(0, EXPLAINED)) await explain(seed, { deliveries }, output)
  const others = failed.slice(EXPLAINED).map(({ seed }) => seed)
  if (others.length > 0) output.progress(`and seeds ${others.join(', ')}`)
  const reach = judgeReach(probes)
  const isReachAsked = seeds >= ENOUGH_FOR_REACH && deliveries === undefined
  const holes = isReachAsked || isReachSaid ? sayReach(reach, output) : 0
  output.say(...summary(totals, reach))
  return totals.violations > 0 || (isReachAsked && holes > 0) ? 1 : 0
}

/** Answers how many have no reason, or one that is not true. */
function sayReach({ unreached, disproved }: Reach, output: Output): number {
  for (const { probe, reason } of unreached) {
    const why =
      reason ?? 'NO REASON: let the simulation come by it, or say why not in reach/not-reached.ts'
    output.say(
      { kind: 'unreached', probe, reason: reason ?? null },
      `never reached: ${probe}: ${why}`,
    )
  }
  for (const { probe, reason } of disproved) {
    output.say(
      { kind: 'disproved', probe, reason },
      `reached, though a reason says that it cannot be: ${probe}: ${reason}`,
    )
  }
  return unreached.filter(({ reason }) => reason === undefined).length + disproved.length
}

function summary(totals: Totals, { total, reached }: Reach): Parameters<Output['say']> {
  const { seeds, violations, simulatedMs, events, crashes, portCalls } = totals
  const { worstRecovery, worstArrivals } = totals
  const arrivals = Object.entries(worstArrivals).map(
    ([way, { ms, seed }]) => `${way} ${inMinutes(ms)} in seed ${seed}`,
  )
  const simulatedHours = inHours(simulatedMs)
  const probes = { total, reached }
  return [
    {
      kind: 'summary',
      seeds,
      violations,
      simulatedHours,
      events,
      crashes,
      portCalls,
      probes,
      worstRecovery,
      worstArrivals,
    },
    `${seeds} seeds, ${violations} violations, ${simulatedHours} simulated hours, ${events} events, ${crashes} crashes, ` +
      `${portCalls} calls, ${reached} of ${total} probes; the worst recovery took ${inMinutes(worstRecovery.ms)} min, in seed ${worstRecovery.seed} (${arrivals.join(', ')})`,
  ]
}
