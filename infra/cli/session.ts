// A stack for as long as a command runs: brought up, reachable for other commands through its control endpoint, and taken
// down whatever happens, also on Ctrl-C.
import type { Clock } from '../../shared/ports.ts'
import { realClock } from '../local/clock.ts'
import type { KubernetesChoice } from '../local/stack/kubernetes-choice.ts'
import type { Stack } from '../local/stack/stack.ts'
import { startStack } from '../local/stack/start-stack.ts'
import { startControl } from './control-server.ts'
import { type Progress, progressOn } from './progress.ts'
import { stoppingByPeople } from './stopping.ts'

export interface Session {
  readonly stack: Stack
  readonly clock: Clock
  readonly progress: Progress
  /** Of the control endpoint. */
  readonly control: string
  /** Aborted when the command is to end: on Ctrl-C, or because a part of the stack has ended. */
  readonly signal: AbortSignal
}

export interface SessionOptions {
  readonly speed: number | undefined
  readonly kubernetes: KubernetesChoice | undefined
  /** Functions as they are deployed. */
  readonly bundled: boolean
  /** One JSON value a line on standard output, everything else on standard error. */
  readonly json: boolean
  /** Exit code when people end the command. */
  readonly stoppedCode: number
}

const SPEED = 20
/** The same draws in every stack, so that two launches can be compared. */
const SEED = 1

/** Answers the process's exit code. */
export async function inSession(
  { speed = SPEED, kubernetes, bundled, json, stoppedCode }: SessionOptions,
  run: (session: Session) => Promise<number>,
): Promise<number> {
  const stopping = stoppingByPeople()
  const clock = realClock()
  const progress = progressOn(json ? process.stderr : process.stdout)
  const say = (line: string): void => progress.note(line)
  try {
    const stack = await startStack({
      clock,
      speed,
      kubernetes,
      bundled,
      seed: SEED,
      say,
      logError: say,
    })
    try {
      const control = await startControl({ stack, clock, folder: process.cwd() })
      const signal = AbortSignal.any([stopping.signal, stack.broken])
      try {
        return await run({ stack, clock, progress, control: control.url, signal })
      } catch (error) {
        // Calls fail because a part is gone: say that, not what came of it.
        throw stack.broken.aborted ? stack.broken.reason : error
      } finally {
        await control.stop()
      }
    } finally {
      await stack.stop()
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error
    progress.note('Stopped; nothing is left behind.')
    return stoppedCode
  } finally {
    clock.stop()
    stopping.release()
  }
}
