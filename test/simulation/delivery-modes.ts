// Three worlds without any fault but what happens to events: none arrives, each arrives twice, or the last comes first.
import { seconds } from '../../shared/domain/time.ts'
import type { BadDeliveries } from './deliveries.ts'

export const deliveryModes = ['none', 'doubled', 'reversed'] as const
export type DeliveryMode = (typeof deliveryModes)[number]

/** Events of so long come in reverse order, all after it. */
const WINDOW = seconds(30)

/** Requests are stored before they are acknowledged, and the sweep's tick is what is left: neither is lost. */
const isHint = (name: string): boolean => name !== 'sweep' && !name.endsWith('-requested')

export function deliveriesIn(mode: DeliveryMode, now: () => number): BadDeliveries {
  /** Whether the event at hand may come in another order: a tick tells nothing that could. */
  let isOrdered = false
  const held: number[] = []
  return {
    drop(name) {
      isOrdered = name !== 'sweep'
      return mode === 'none' && isHint(name)
    },
    duplicate: () => (mode === 'doubled' ? 1 : 0),
    delayMs() {
      if (mode !== 'reversed' || !isOrdered) return 0
      const wait = 2 * (WINDOW - (now() % WINDOW))
      held.push(now() + wait)
      return wait
    },
    // Heartbeats never end, so that one is always on its way.
    ghostsAhead: () => held.filter((at) => at >= now()).length,
  }
}
