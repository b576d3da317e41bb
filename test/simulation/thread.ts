// The inside of a thread that runs jobs: one after the other, as it is sent them.
import { parentPort } from 'node:worker_threads'

/** What a thread answers to a job. */
export type Answer<Result> = { readonly result: Result } | { readonly error: string }

/** `run`: as the `Thread` of its caller says. */
export function answerJobs(run: (job: never) => Promise<unknown>): void {
  const port = parentPort
  if (!port) throw new Error('this is no program: `npm run simulate` starts it as a thread')
  const answer = (given: Answer<unknown>): void =>
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a thread, not a window
    port.postMessage(given)
  port.on('message', (job: unknown) => {
    // What a job is, is between `run` and the `Thread` of its caller.
    run(job as never).then(
      (result) => answer({ result }),
      (error: unknown) => {
        const why = String(error instanceof Error ? error.stack : error)
        answer({ error: `${JSON.stringify(job).slice(0, 200)}: ${why}` })
      },
    )
  })
}
