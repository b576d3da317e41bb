// One invocation, or one agent, as a process of its own: it may die, after which it does nothing and hears nothing, or stand still for a
// while, as if its machine did, and then go on as if nothing had been.
import { CallError } from '../../shared/call-error.ts'
import type { Clock } from '../../shared/ports.ts'

export interface Process {
  /** What it hears of a call: the answer, late if it stands still, and never once it is dead. */
  hears(answer: Promise<unknown>): Promise<unknown>
  isDead(): boolean
  die(): void
  /** Rejects when it dies: whoever called it is told, and calls another. */
  readonly death: Promise<never>
  /** Hears nothing, and no timer of its own rings, until the answer of this function is called. */
  standStill(): () => void
  readonly isStill: () => boolean
  /** Its timers stand still with it. */
  readonly clock: Clock
}

/** What the dead wait for. */
export const never = (): Promise<never> => new Promise(() => undefined)

export function startProcess(clock: Clock): Process {
  const state: { isOver: boolean; still: Promise<void> | undefined } = {
    isOver: false,
    still: undefined,
  }

  const death = Promise.withResolvers<never>()
  death.promise.catch(() => undefined)

  async function goingOn(): Promise<void> {
    while (state.still) await state.still
    if (state.isOver) await never()
  }

  return {
    async hears(answer) {
      const settled = await answer.then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      )
      await goingOn()
      if ('error' in settled) throw settled.error
      return settled.value
    },
    isDead: () => state.isOver,
    die() {
      state.isOver = true
      death.reject(new CallError('unavailable', 'the process died'))
    },
    death: death.promise,
    standStill() {
      const thaw = Promise.withResolvers<void>()
      state.still = thaw.promise
      return () => {
        state.still = undefined
        thaw.resolve()
      }
    },
    isStill: () => state.still !== undefined,
    clock: {
      now: () => clock.now(),
      random: () => clock.random(),
      async sleep(ms, signal) {
        await clock.sleep(ms, signal)
        await goingOn()
      },
      after: (ms, run) => clock.after(ms, () => void goingOn().then(run)),
    },
  }
}
