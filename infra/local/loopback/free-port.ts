// A port of the loopback that nobody listens on now. Below the range that systems take for outgoing connections, so that
// a server that was killed finds its port free again.
import { createServer } from 'node:net'
import type { Clock } from '../../../shared/ports.ts'

const FIRST = 20_000
const COUNT = 12_000
const TRIES = 50

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** Somebody may take it before its owner does: whoever starts the owner must be ready to try another. */
export async function freePort(clock: Clock): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(clock.random() * COUNT)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port on 127.0.0.1 among ${TRIES} tried from ${FIRST}`)
}
