// What Kindling itself costs for a piece of work, at list price, from the operations counted during it. Pure. Whole
// nano-dollars, so that the lines add up to the total.
import { servicePrices } from '../catalog/service-prices.ts'
import { hours } from '../domain/time.ts'
import type { Counts } from './counts.ts'

interface OwnCostLine {
  readonly what: 'requests' | 'cpu' | 'memory' | 'reads' | 'writes' | 'deletes' | 'messages'
  /** In the unit that is priced. */
  readonly amount: number
  readonly nanoDollars: number
}

export interface OwnCost {
  readonly currency: 'USD'
  readonly nanoDollars: number
  /** For people and programs that want no more than the figure: nanoDollars / 1e9. */
  readonly usd: number
  readonly lines: readonly OwnCostLine[]
}

/** What each function is given. An instance that serves several requests at once costs less than this says. */
const CPUS = 1
const MEMORY_GIB = 0.5
/** Bytes of an event handed to a function: sent and received, each billed as a kilobyte; hardly any is larger. */
const DELIVERY = 2000
const TIB = 2 ** 40

const line = (what: OwnCostLine['what'], amount: number, usdEach: number): OwnCostLine => ({
  what,
  amount,
  nanoDollars: Math.round(amount * usdEach * 1e9),
})

export function ownCost(counts: Counts): OwnCost {
  const prices = servicePrices
  const billedSeconds = counts.billedMs / 1000
  // Deletes are counted among the writes too.
  const writes = counts.firestoreWrites - counts.firestoreDeletes
  const lines = [
    line('requests', counts.invocations, prices.runRequest.usd / 1e6),
    line('cpu', billedSeconds * CPUS, prices.runCpu.usd),
    line('memory', billedSeconds * MEMORY_GIB, prices.runMemory.usd),
    line('reads', counts.firestoreReads, prices.firestoreRead.usd / 1e5),
    line('writes', writes, prices.firestoreWrite.usd / 1e5),
    line('deletes', counts.firestoreDeletes, prices.firestoreDelete.usd / 1e5),
    line('messages', counts.pubsubBytes + counts.deliveries * DELIVERY, prices.pubsub.usd / TIB),
  ]
  const nanoDollars = lines.reduce((sum, each) => sum + each.nanoDollars, 0)
  return { currency: 'USD', nanoDollars, usd: nanoDollars / 1e9, lines }
}

/** Of Cloud Scheduler's one job, the tick of the sweep, for so long. Whole nano-dollars. */
export function schedulerCost(ms: number): number {
  return Math.round((servicePrices.scheduler.usd * 1e9 * ms) / hours(31 * 24))
}

const dollars = (nano: number): string => `$${(nano / 1e9).toFixed(6)}`

/** One line for people: `own cost of this launch: $0.00021 (cpu $0.00014, ...)`. */
export function ownCostText(cost: OwnCost): string {
  const parts = cost.lines
    .filter(({ nanoDollars }) => nanoDollars > 0)
    .toSorted((a, b) => b.nanoDollars - a.nanoDollars)
    .map(({ what, nanoDollars }) => `${what} ${dollars(nanoDollars)}`)
  return `Kindling's own cost, at list price: ${dollars(cost.nanoDollars)} (${parts.join(', ')})`
}
