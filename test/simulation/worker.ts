// A thread of the simulation: runs the seeds that it is sent, one after the other, and answers what each came to. Asked for
// no seed but the end, it answers which error branches of the code it ran through.
import { parentPort, workerData } from 'node:worker_threads'
import type { DeliveryMode } from './delivery-modes.ts'
import { codeSites } from './reach/code-sites.ts'
import { coverBlocks } from './reach/coverage.ts'
import { runTallied } from './run-twice.ts'
import type { SeedTally } from './tally.ts'

export type Answer =
  | { readonly is: 'tally'; readonly tally: SeedTally }
  | { readonly is: 'over'; readonly probes: readonly string[] }
  | { readonly is: 'failed'; readonly seed: number; readonly error: string }

/** Counting blocks makes a seed slower by two fifths, and finds nothing new after so many. */
const COVERED = 1500

const port = parentPort
if (!port) throw new Error('this is no program: `npm run simulate` starts it as a thread')

// As threads.ts starts it.
const { deliveries } = workerData as { readonly deliveries?: DeliveryMode }
const coverage = await coverBlocks(codeSites())
let covered: Promise<string[]> | undefined
let ran = 0

async function answer(seed: number | 'end'): Promise<Answer> {
  if (seed === 'end') return { is: 'over', probes: await (covered ??= coverage.end()) }
  if (++ran > COVERED) await (covered ??= coverage.end())
  try {
    return { is: 'tally', tally: await runTallied(seed, deliveries) }
  } catch (error) {
    return { is: 'failed', seed, error: String(error instanceof Error ? error.stack : error) }
  }
}

port.on('message', (seed: number | 'end') => {
  void answer(seed).then((what) => port.postMessage(what))
})
