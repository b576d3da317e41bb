// A thread of the crash points: runs the points that it is sent, one after the other, and answers what each came to.
import { parentPort } from 'node:worker_threads'
import { type Point, runPoint } from './points.ts'

const port = parentPort
if (!port) throw new Error('this is no program: `npm run simulate` starts it as a thread')

port.on('message', (point: Point) => {
  runPoint(point).then(
    (outcome) => port.postMessage({ outcome }),
    (error: unknown) =>
      port.postMessage({
        id: point.id,
        error: String(error instanceof Error ? error.stack : error),
      }),
  )
})
