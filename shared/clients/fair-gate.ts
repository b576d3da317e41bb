// Lets calls to one server through: so many at a time and so many a second, in fair turns. What would wait too long is
// refused, so that whoever asked can give its work back and be there for others.
import { CallError } from '../call-error.ts'
import { type Instant, seconds } from '../domain/time.ts'
import type { Clock } from '../ports.ts'
import { fairQueue } from './fair-queue.ts'

/** Our part of a server that others use too. */
export interface Share {
  /** Calls at a time. */
  readonly atOnce: number
  /** On average; a burst of `burst` goes through at once. */
  readonly perSecond: number
  readonly burst: number
}

export interface FairGate {
  /** Resolves when the call may begin; answers what to call at its end. Throws `rate` after `LONGEST_WAIT`. */
  enter(flow: string): Promise<() => void>
  /** It was too much: half as many at a time, then slowly more again. */
  tooMany(): void
  /** A call was answered. */
  answered(): void
}

/** Short against the deadline of a call and the life of a claim. */
export const LONGEST_WAIT = seconds(5)
/** When to come back for who was refused a place. */
const COME_BACK = seconds(1)

interface Waiting {
  readonly flow: string
  readonly since: Instant
  readonly begin: () => void
  readonly refuse: () => void
}

/** `pause`: milliseconds until anybody may call at all. */
export function fairGate(clock: Clock, share: Share, pause: () => number): FairGate {
  const { atOnce, perSecond, burst } = share
  const queue = fairQueue<Waiting>()
  const underWay = new Map<string, number>()
  let total = 0
  let room = atOnce
  let tokens = burst
  let countedAt = clock.now()
  let wakeAt = Infinity

  const countOf = (flow: string): number => underWay.get(flow) ?? 0

  function count(flow: string, change: 1 | -1): void {
    const now = countOf(flow) + change
    if (now === 0) underWay.delete(flow)
    else underWay.set(flow, now)
    total += change
  }

  function refill(): void {
    const now = clock.now()
    tokens = Math.min(burst, tokens + ((now - countedAt) / 1000) * perSecond)
    countedAt = now
  }

  /** Milliseconds until the next may begin; Infinity until another ends. */
  function untilNext(): number {
    if (total >= Math.floor(room)) return Infinity
    return Math.max(pause(), tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000))
  }

  async function wakeIn(ms: number): Promise<void> {
    const at = clock.now() + ms
    if (at >= wakeAt) return
    wakeAt = at
    await clock.sleep(ms)
    if (at === wakeAt) wakeAt = Infinity
    pump()
  }

  function pump(): void {
    const late = clock.now() - LONGEST_WAIT
    for (;;) {
      const tired = queue.takeOldest(({ since }) => since <= late)
      if (!tired) break
      tired.refuse()
    }
    refill()
    while (queue.size > 0) {
      const wait = untilNext()
      if (wait > 0) return void wakeIn(Math.min(wait, LONGEST_WAIT))
      const next = queue.take(countOf)
      if (!next) return
      tokens--
      count(next.flow, 1)
      next.begin()
    }
  }

  return {
    enter: (flow) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          count(flow, -1)
          pump()
        }
        queue.add(flow, {
          flow,
          since: clock.now(),
          begin: () => resolve(leave),
          refuse: () => {
            const text = `more calls at once than ${atOnce} and ${perSecond} a second`
            reject(new CallError('rate', text, { retryAfterMs: COME_BACK }))
          },
        })
        pump()
      }),
    tooMany() {
      room = Math.max(1, room / 2)
    },
    answered() {
      room = Math.min(atOnce, room + 1 / room)
    },
  }
}
