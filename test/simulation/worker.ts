// A thread of the simulation: runs the seeds that it is sent, one after the other, and answers what each came to. Asked for
// no seed but the end, it answers which error branches of the code it ran through.
import type { DeliveryMode } from './delivery-modes.ts'
import { codeSites } from './reach/code-sites.ts'
import { coverBlocks } from './reach/coverage.ts'
import { runTallied } from './run-twice.ts'
import type { SeedTally } from './tally.ts'
import { answerJobs } from './thread.ts'

/** A seed and the world that it runs in, or the end of all of them. */
export type SeedJob =
  | { readonly seed: number; readonly deliveries?: DeliveryMode | undefined }
  | 'end'

export type SeedAnswer =
  | { readonly is: 'tally'; readonly tally: SeedTally }
  | { readonly is: 'over'; readonly probes: readonly string[] }

/** Counting blocks makes a seed slower by two fifths, and finds nothing new after so many. */
const COVERED = 1500

// Stacks are dear, and `--seed` shows them.
Error.stackTraceLimit = 0

const coverage = await coverBlocks(codeSites())
let covered: Promise<string[]> | undefined
let ran = 0

answerJobs(async (job: SeedJob): Promise<SeedAnswer> => {
  if (job === 'end') return { is: 'over', probes: await (covered ??= coverage.end()) }
  if (++ran > COVERED) await (covered ??= coverage.end())
  return { is: 'tally', tally: await runTallied(job.seed, job.deliveries) }
})
