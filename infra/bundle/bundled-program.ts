// Starts a bundled function as Cloud Run does, on the loopback, and waits until it listens.
import { connect } from 'node:net'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../shared/ports.ts'
import { type Child, startChild, tailOf } from '../local/child-process.ts'
import { PartFailedError } from '../local/stack/part-failed.ts'

export interface ProgramOptions {
  readonly port: number
  readonly clock: Clock
  /** In place of what a function needs to start: a project, and emulators that nobody calls. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface Program extends Child {
  /** Milliseconds from its start until it took connections. */
  readonly readyAfterMs: number
}

const ENVIRONMENT = {
  KINDLING_PROJECT: 'demo-kindling-bundle',
  FIRESTORE_EMULATOR_HOST: '127.0.0.1:1',
  PUBSUB_EMULATOR_HOST: '127.0.0.1:1',
}
const LOOK_MS = 2
const LIMIT_MS = 30_000

/** Throws `PartFailedError`, with the end of its log, when it ends or does not listen. */
export async function startProgram(
  file: string,
  { port, clock, environment = {} }: ProgramOptions,
): Promise<Program> {
  const own = { ...ENVIRONMENT, ...environment, PORT: String(port), KINDLING_HOST: '127.0.0.1' }
  const started = clock.now()
  const child = await startChild(
    {
      name: basename(file, '.mjs'),
      words: [process.execPath, file],
      environment: { ...process.env, ...own },
    },
    join(dirname(file), 'logs'),
    clock,
  )
  const waiting = new AbortController()
  const how = await Promise.race([listening(port, clock, waiting.signal), child.ended])
  waiting.abort()
  if (how === undefined) return { ...child, readyAfterMs: clock.now() - started }
  await child.kill()
  const said = await tailOf(child.logFile)
  throw new PartFailedError(`${child.name} ended (${how}): ${said}`)
}

/** Undefined once it takes connections; what was amiss when it does not. */
async function listening(
  port: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | undefined> {
  const end = clock.now() + LIMIT_MS
  while (clock.now() < end && !signal.aborted) {
    if (await takesConnections(port)) return undefined
    await clock.sleep(LOOK_MS)
  }
  return `not listening after ${LIMIT_MS} ms`
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const answer = (is: boolean) => (): void => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', answer(true)).once('error', answer(false))
  })
}
