// Runs many seeds on a few threads, each seed wholly on one.
import { Worker } from 'node:worker_threads'
import type { SeedTally } from './tally.ts'

type Answer = { readonly tally: SeedTally } | { readonly seed: number; readonly error: string }

/** Calls `done` for each seed, in the order in which they end. Throws when a seed could not be run at all. */
export async function runOnThreads(
  seeds: Iterable<number>,
  threads: number,
  done: (tally: SeedTally) => void,
): Promise<void> {
  const rest = seeds[Symbol.iterator]()
  await Promise.all(Array.from({ length: threads }, () => runOnThread(rest, done)))
}

async function runOnThread(
  rest: Iterator<number>,
  done: (tally: SeedTally) => void,
): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    // Nearly everything that a seed makes is garbage soon.
    resourceLimits: { maxYoungGenerationSizeMb: 96 },
  })
  const ended = Promise.withResolvers<void>()
  const next = (): void => {
    const { value, done: isOver } = rest.next()
    if (isOver) ended.resolve()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a thread, not a window
    else worker.postMessage(value)
  }
  worker.on('error', ended.reject)
  worker.on('message', (answer: Answer) => {
    if ('error' in answer) return ended.reject(new Error(`seed ${answer.seed}: ${answer.error}`))
    done(answer.tally)
    next()
  })
  next()
  try {
    await ended.promise
  } finally {
    await worker.terminate()
  }
}
