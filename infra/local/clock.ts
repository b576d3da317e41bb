// The two clocks of the local stack: the machine's own, and a virtual one that moves only when told to,
// for laws and simulation. Nothing else in the repository asks the machine for time, timers or chance.
import type { Instant } from '../../shared/domain/time.ts'
import type { Clock } from '../../shared/ports.ts'

/** A seeded source of numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function sleepWith(after: Clock['after']): (ms: number, signal?: AbortSignal) => Promise<void> {
  return (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const abort = (): void => {
        callOff()
        reject(signal?.reason as Error)
      }
      const callOff = after(ms, () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
      signal?.addEventListener('abort', abort, { once: true })
    })
}

export interface RealClock extends Clock {
  /** Calls off everything that still waits, so that the process can end. */
  stop(): void
}

/** The machine's time. Chance comes from `seed`, or from the machine when there is none. */
export function realClock(seed?: number): RealClock {
  const timers = new Set<NodeJS.Timeout>()
  const after: Clock['after'] = (ms, run) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, ms)
    timers.add(timer)
    return () => {
      timers.delete(timer)
      clearTimeout(timer)
    }
  }
  return {
    now: () => Date.now(),
    random: seed === undefined ? () => Math.random() : seededRandom(seed),
    after,
    sleep: sleepWith(after),
    stop() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

export interface VirtualClock extends Clock {
  /** Lets everything that is due run, then moves on by `ms`, stopping at each timer on the way. */
  advance(ms: number): Promise<void>
  /** Moves on until the condition holds; throws with `what` when it does not within `limitMs`. */
  until(what: string, holds: () => boolean | Promise<boolean>, limitMs: number): Promise<void>
  /** As if all machines had been paused for so long: what fell due meanwhile is run at the next move, once and in order. */
  leap(ms: number): void
}

interface Timer {
  readonly at: Instant
  readonly order: number
  readonly run: () => void
}

/** Everything in process is promises only, so one turn of the event loop runs them dry. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Time that stands still while code runs. Timers of one instant fire in the order they were set. */
export function virtualClock(seed = 1, start: Instant = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers = new Map<number, Timer>()
  const random = seededRandom(seed)
  let now = start
  let order = 0

  const after: Clock['after'] = (ms, run) => {
    const id = order++
    timers.set(id, { at: now + Math.max(0, Math.ceil(ms)), order: id, run })
    return () => timers.delete(id)
  }

  function nextTimer(limit: Instant): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers.values()) {
      if (timer.at <= limit && (!next || timer.at < next.at)) next = timer
    }
    return next
  }

  async function step(limit: Instant): Promise<boolean> {
    await settle()
    const timer = nextTimer(limit)
    if (!timer) return false
    timers.delete(timer.order)
    now = Math.max(now, timer.at)
    timer.run()
    return true
  }

  return {
    now: () => now,
    random,
    after,
    sleep: sleepWith(after),
    leap: (ms) => void (now += ms),
    async advance(ms) {
      const target = now + ms
      while (await step(target));
      now = target
    },
    async until(what, holds, limitMs) {
      const target = now + limitMs
      await settle()
      while (!(await holds())) {
        // What ran without a timer may have brought it about.
        if ((await step(target)) || (await holds())) continue
        throw new Error(`${what}: not within ${limitMs} ms of virtual time`)
      }
    },
  }
}
