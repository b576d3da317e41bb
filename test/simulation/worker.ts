// A thread of the simulation: runs the seeds that it is sent, one after the other, and answers what each came to.
import { parentPort } from 'node:worker_threads'
import { runTallied } from './run-twice.ts'

const port = parentPort
if (!port) throw new Error('this is no program: `npm run simulate` starts it as a thread')

port.on('message', (seed: number) => {
  runTallied(seed).then(
    (tally) => port.postMessage({ tally }),
    (error: unknown) =>
      port.postMessage({ seed, error: String(error instanceof Error ? error.stack : error) }),
  )
})
