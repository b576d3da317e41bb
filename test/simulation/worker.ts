// A thread of the simulation: runs the seeds that it is sent, one after the other, and answers what each came to. Asked for
// no seed but the end, it answers which error branches of the code it ran through.
import type { DeliveryMode } from './delivery-modes.ts'
import { codeSites } from './reach/code-sites.ts'
import { markSites } from './reach/mark-sites.ts'
import type { SeedTally } from './tally.ts'
import { answerJobs } from './thread.ts'

/** A seed and the world that it runs in, or the end of all of them. */
export type SeedJob =
  | { readonly seed: number; readonly deliveries?: DeliveryMode | undefined }
  | 'end'

export type SeedAnswer =
  | { readonly is: 'tally'; readonly tally: SeedTally }
  | { readonly is: 'over'; readonly probes: readonly string[] }

// Stacks are dear, and `--seed` shows them.
Error.stackTraceLimit = 0

const reached = markSites(codeSites())
// Loaded with the marks in it.
const { runTallied } = await import('./run-twice.ts')

answerJobs(async (job: SeedJob): Promise<SeedAnswer> => {
  if (job === 'end') return { is: 'over', probes: [...reached] }
  return { is: 'tally', tally: await runTallied(job.seed, job.deliveries) }
})
