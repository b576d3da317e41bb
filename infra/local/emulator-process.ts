// One emulator as a child process: ready when it answers, and gone when its parent is, however that ends.
import type { Clock } from '../../shared/ports.ts'
import { type Child, startChild, tailOf } from './child-process.ts'
import { freePort } from './loopback/free-port.ts'

export interface EmulatorProcess extends Pick<Child, 'pid' | 'logFile' | 'ended' | 'stop'> {
  /** `127.0.0.1:port` */
  readonly host: string
  /** Milliseconds from start to ready. */
  readonly readyAfterMs: number
}

export interface EmulatorCommand {
  readonly name: string
  /** The program and its arguments for this address. */
  run(host: string, port: number): readonly string[]
}

/** It could not be started, or stopped before it was ready; the message ends with the end of its log. */
export class EmulatorFailedError extends Error {
  override readonly name = 'EmulatorFailedError'
}

const READY_LIMIT_MS = 60_000
const PROBE_EVERY_MS = 50
const PROBE_LIMIT_MS = 1000

/** Whether an emulator listens at this `host:port`. */
export async function answers(
  host: string,
  clock: Clock,
  limitMs = PROBE_LIMIT_MS,
): Promise<boolean> {
  const given = new AbortController()
  const answered = new AbortController()
  void clock.sleep(limitMs, answered.signal).then(
    () => given.abort(),
    () => undefined,
  )
  try {
    const response = await fetch(`http://${host}/`, { signal: given.signal })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  } finally {
    answered.abort()
  }
}

/** `port`: a free one unless said. */
export async function startEmulatorProcess(
  command: EmulatorCommand,
  logDirectory: string,
  clock: Clock,
  port?: number,
): Promise<EmulatorProcess> {
  const bound = port ?? (await freePort(clock))
  const host = `127.0.0.1:${bound}`
  const started = clock.now()
  const child = await startChild(
    {
      name: `${command.name}-emulator`,
      words: command.run('127.0.0.1', bound),
      isGuarded: true,
    },
    logDirectory,
    clock,
  )
  const { pid, logFile } = child
  let end: string | undefined
  void child.ended.then((how) => (end = how))
  while (!(await answers(host, clock))) {
    if (end === undefined && clock.now() - started < READY_LIMIT_MS) {
      await clock.sleep(PROBE_EVERY_MS)
      continue
    }
    const why = end === undefined ? `not ready in ${READY_LIMIT_MS} ms` : `ended (${end})`
    await child.stop()
    throw new EmulatorFailedError(
      `the ${command.name} emulator ${why}; ${logFile} ends with:\n${await tailOf(logFile)}`,
    )
  }
  const readyAfterMs = clock.now() - started
  return { host, pid, logFile, readyAfterMs, ended: child.ended, stop: () => child.stop() }
}
