// Runs jobs on a few threads, each job wholly on one.
import { Worker } from 'node:worker_threads'
import type { Answer } from './thread.ts'

/** A module that calls `answerJobs`, and what it makes of a job. */
export interface Thread<Job, Result> {
  readonly worker: URL
  /** Given to each thread when there is nothing else left. */
  readonly last?: Job
  /** Never called here: says what jobs and results are. */
  readonly run?: (job: Job) => Promise<Result>
}

/** Calls `done` with what each job came to. Throws when one could not be run. */
export async function runOnThreads<Job, Result>(
  thread: Thread<Job, Result>,
  jobs: Iterable<Job>,
  threads: number,
  done: (result: Result) => void,
): Promise<void> {
  const rest = jobs[Symbol.iterator]()
  await Promise.all(Array.from({ length: threads }, () => runOnThread(thread, rest, done)))
}

async function runOnThread<Job, Result>(
  thread: Thread<Job, Result>,
  rest: Iterator<Job>,
  done: (result: Result) => void,
): Promise<void> {
  const worker = new Worker(thread.worker, {
    // Nearly everything that a job makes is garbage soon.
    resourceLimits: { maxYoungGenerationSizeMb: 96 },
  })
  const ended = Promise.withResolvers<void>()
  const own = jobsOf(rest, thread.last)
  const next = (): void => {
    const { value, done: isOver } = own.next()
    if (isOver) ended.resolve()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a thread, not a window
    else worker.postMessage(value)
  }
  worker.on('error', ended.reject)
  worker.on('message', (answer: Answer<Result>) => {
    if ('error' in answer) return ended.reject(new Error(answer.error))
    done(answer.result)
    next()
  })
  next()
  try {
    await ended.promise
  } finally {
    await worker.terminate()
  }
}

/** Of one thread: from what all share, then its last. */
function* jobsOf<Job>(rest: Iterator<Job>, last: Job | undefined): Generator<Job, void> {
  for (let { value, done } = rest.next(); !done; { value, done } = rest.next()) yield value
  if (last !== undefined) yield last
}
