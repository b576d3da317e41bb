// Runs many seeds on a few threads, each seed wholly on one.
import { Worker } from 'node:worker_threads'
import type { DeliveryMode } from './delivery-modes.ts'
import type { SeedTally } from './tally.ts'
import type { Answer } from './worker.ts'

export interface Listener {
  /** For each seed, in the order in which they end. */
  tally(tally: SeedTally): void
  /** Probes in the code that a thread came by. */
  probes(probes: readonly string[]): void
}

export interface Threads {
  readonly threads: number
  readonly deliveries?: DeliveryMode | undefined
}

/** Throws when a seed could not be run at all. */
export async function runOnThreads(
  seeds: Iterable<number>,
  { threads, deliveries }: Threads,
  listener: Listener,
): Promise<void> {
  const rest = seeds[Symbol.iterator]()
  await Promise.all(Array.from({ length: threads }, () => runOnThread(rest, deliveries, listener)))
}

async function runOnThread(
  rest: Iterator<number>,
  deliveries: DeliveryMode | undefined,
  listener: Listener,
): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { deliveries },
    // Nearly everything that a seed makes is garbage soon.
    resourceLimits: { maxYoungGenerationSizeMb: 96 },
  })
  const ended = Promise.withResolvers<void>()
  const next = (): void => {
    const { value, done } = rest.next()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a thread, not a window
    worker.postMessage(done ? 'end' : value)
  }
  worker.on('error', ended.reject)
  worker.on('message', (answer: Answer) => {
    if (answer.is === 'failed') {
      return ended.reject(new Error(`seed ${answer.seed} could not be run: ${answer.error}`))
    }
    if (answer.is === 'over') {
      listener.probes(answer.probes)
      return ended.resolve()
    }
    listener.tally(answer.tally)
    next()
  })
  next()
  try {
    await ended.promise
  } finally {
    await worker.terminate()
  }
}
