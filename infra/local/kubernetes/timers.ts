// Timers that a simulated component may lean on: all called off together, and batched so that a thousand objects
// that fall due at about the same time cost one timer.
import type { Clock } from '../../../shared/ports.ts'

export interface StoppableClock extends Clock {
  stop(): void
}

/** The same clock; `stop` calls off every timer that was set through it, and later ones never fire. */
export function stoppableClock(clock: Clock): StoppableClock {
  const pending = new Set<() => void>()
  let stopped = false
  return {
    now: () => clock.now(),
    random: () => clock.random(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    after(ms, run) {
      if (stopped) return () => {}
      const callOff = clock.after(ms, () => {
        pending.delete(callOff)
        run()
      })
      pending.add(callOff)
      return () => {
        pending.delete(callOff)
        callOff()
      }
    },
    stop() {
      stopped = true
      for (const callOff of pending) callOff()
      pending.clear()
    },
  }
}

/** Collects what is handed in and works on all of it once, `ms` after the first. */
export function batched<T>(
  clock: Clock,
  ms: number,
  work: (items: ReadonlySet<T>) => void,
): (item: T) => void {
  let items = new Set<T>()
  return (item) => {
    if (items.size === 0) {
      clock.after(ms, () => {
        const batch = items
        items = new Set()
        work(batch)
      })
    }
    items.add(item)
  }
}

/** Runs each task when its time has come, rounded up to the grain: one timer for all of one grain. */
export function coarseTimers(clock: Clock, grainMs: number): (ms: number, run: () => void) => void {
  const slots = new Map<number, (() => void)[]>()
  return (ms, run) => {
    const at = Math.ceil((clock.now() + ms) / grainMs) * grainMs
    const slot = slots.get(at)
    if (slot) {
      slot.push(run)
      return
    }
    slots.set(at, [run])
    clock.after(at - clock.now(), () => {
      const due = slots.get(at) ?? []
      slots.delete(at)
      for (const task of due) task()
    })
  }
}
