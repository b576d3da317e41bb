// The inside of a thread that runs jobs: one after the other, as it is sent them.
import { parentPort } from 'node:worker_threads'

/** What a thread answers to a job. */
export type Answer<Result> = { readonly result: Result } | { readonly error: string }

export function answerJobs<Job, Result>(run: (job: Job) => Promise<Result>): void {
  const port = parentPort
  if (!port) throw new Error('this is no program: `npm run simulate` starts it as a thread')
  const answer = (given: Answer<Result>): void =>
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a thread, not a window
    port.postMessage(given)
  port.on('message', (job: Job) => {
    run(job).then(
      (result) => answer({ result }),
      (error: unknown) => {
        const why = String(error instanceof Error ? error.stack : error)
        answer({ error: `${JSON.stringify(job).slice(0, 200)}: ${why}` })
      },
    )
  })
}
