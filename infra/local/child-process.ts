// A child process of the local stack: its own process group, so that Ctrl-C reaches only the parent; its output in a file;
// and gone when its parent is, however that ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '../../shared/ports.ts'

export interface ChildCommand {
  readonly name: string
  /** The program and its arguments. */
  readonly words: readonly string[]
  readonly environment?: NodeJS.ProcessEnv
  /** Programs that do not watch standard input's end themselves are ended by a shell that does. */
  readonly isGuarded?: boolean
}

export interface Child {
  readonly name: string
  /** Of the process, and of its group. */
  readonly pid: number
  readonly logFile: string
  /** Standard output, where the program watches its own standard input; else it is in the log. */
  readonly output: Readable | null
  /** How it ended, such as `code 1` or `SIGKILL`. */
  readonly ended: Promise<string>
  /** At once, without a chance to clean up. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const STOP_LIMIT_MS = 3000
const TAIL_LINES = 15

/**
 * Runs its arguments, and ends them when standard input closes: the kernel closes that pipe when the parent is gone, also
 * when nobody could clean up. Nothing is ever written to it. Needs nothing but a shell.
 */
const GUARD = `exec 3<&0
"$@" 0</dev/null 3<&- &
child=$!
{ read -r _ <&3; kill -9 $child; } 2>/dev/null &
wait $child`

/** The end of a log, for people. */
export async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
}

/** Also of somebody else's. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Signals the whole group; what is gone already is no error. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    /** Nothing is left of the group. */
  }
}

async function spawnLogged(command: ChildCommand, logFile: string): Promise<ChildProcess> {
  const { words, environment = process.env, isGuarded = false } = command
  const [program = '', ...rest] = isGuarded ? ['sh', '-c', GUARD, command.name, ...words] : words
  const log = await open(logFile, 'w')
  try {
    return spawn(program, rest, {
      detached: true,
      env: environment,
      stdio: ['pipe', isGuarded ? log.fd : 'pipe', log.fd],
    })
  } finally {
    await log.close()
  }
}

/** Throws when the program cannot be started at all. */
export async function startChild(
  command: ChildCommand,
  logDirectory: string,
  clock: Clock,
): Promise<Child> {
  await mkdir(logDirectory, { recursive: true })
  const logFile = join(logDirectory, `${command.name}.log`)
  const child = await spawnLogged(command, logFile)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  const { pid, stdin, stdout } = child
  if (pid === undefined) throw new Error(`${command.name} did not start: ${await ended}`)
  // It may be gone when its parent hangs up.
  stdin?.on('error', () => {})

  const killNow = (): void => signalGroup(pid, 'SIGKILL')
  process.once('exit', killNow)
  void ended.then(() => process.off('exit', killNow))

  async function kill(): Promise<void> {
    killNow()
    await ended
  }
  return {
    name: command.name,
    pid,
    logFile,
    output: stdout,
    ended,
    kill,
    async stop() {
      stdin?.destroy()
      const over = new AbortController()
      const limit = clock.sleep(STOP_LIMIT_MS, over.signal).catch(() => undefined)
      await Promise.race([ended, limit])
      over.abort()
      await kill()
    },
  }
}
