// One emulator as a child process: its own process group, its output in a file, ready when it answers, and gone when its
// parent is, however that ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Clock } from '../../shared/ports.ts'

export interface EmulatorProcess {
  /** `127.0.0.1:port` */
  readonly host: string
  readonly logFile: string
  /** Milliseconds from start to ready. */
  readonly readyAfterMs: number
  stop(): Promise<void>
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
const STOP_LIMIT_MS = 3000
const TAIL_LINES = 15

/**
 * Runs its arguments, and ends them when standard input closes: the kernel closes that pipe when the parent is gone, also
 * when nobody could clean up.
 */
const GUARD = `exec 3<&0
"$@" 0</dev/null 3<&- &
child=$!
{ cat <&3 >/dev/null; kill -9 $child; } 2>/dev/null &
wait $child`

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
}

async function answers(host: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}/`, { signal: AbortSignal.timeout(1000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/** Signals the whole group; what is gone already is no error. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    /** Nothing is left of the group. */
  }
}

async function spawnGuarded(words: readonly string[], logFile: string): Promise<ChildProcess> {
  const log = await open(logFile, 'w')
  try {
    return spawn('sh', ['-c', GUARD, 'emulator', ...words], {
      detached: true,
      stdio: ['pipe', log.fd, log.fd],
    })
  } finally {
    await log.close()
  }
}

export async function startEmulatorProcess(
  command: EmulatorCommand,
  logDirectory: string,
  clock: Clock,
): Promise<EmulatorProcess> {
  await mkdir(logDirectory, { recursive: true })
  const logFile = join(logDirectory, `${command.name}-emulator.log`)
  const port = await freePort()
  const host = `127.0.0.1:${port}`
  const started = clock.now()
  const child = await spawnGuarded(command.run('127.0.0.1', port), logFile)
  let ended: string | undefined
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended = error.message
      resolve()
    })
    child.once('exit', (code, signal) => {
      ended = signal ?? `code ${code}`
      resolve()
    })
  })

  const killNow = (): void => signalGroup(child, 'SIGKILL')
  process.once('exit', killNow)

  async function stop(): Promise<void> {
    process.off('exit', killNow)
    signalGroup(child, 'SIGTERM')
    const over = new AbortController()
    const limit = clock.sleep(STOP_LIMIT_MS, over.signal).catch(() => undefined)
    await Promise.race([gone, limit])
    over.abort()
    killNow()
    child.stdin?.destroy()
    await gone
  }

  while (!(await answers(host))) {
    if (ended === undefined && clock.now() - started < READY_LIMIT_MS) {
      await clock.sleep(PROBE_EVERY_MS)
      continue
    }
    const why = ended === undefined ? `not ready in ${READY_LIMIT_MS} ms` : `ended (${ended})`
    await stop()
    throw new EmulatorFailedError(
      `the ${command.name} emulator ${why}; ${logFile} ends with:\n${await tailOf(logFile)}`,
    )
  }
  return { host, logFile, readyAfterMs: clock.now() - started, stop }
}
