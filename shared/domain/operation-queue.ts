// Whose turn it is at a GKE cluster, which takes few operations at once (protocol rule 11). An operation on the cluster itself
// has it alone; creates come before deletes, which take half of the room at most; among creates the cluster that has least
// under way comes first, and pools that no cluster waits for come last; else the oldest. Pure.
import type { Ticket } from './records.ts'
import { minutes, seconds, type Instant } from './time.ts'

/** Who is called and has not taken a slot by then has died, and the next is called. */
export const CALL_LEASE = seconds(75)
/** Who waits comes back to look at least this often; a ticket that nobody comes back to keeps nobody waiting. */
const TICKET_LEASE = minutes(5)
/** Longer than the sweep ever leaves a run alone. */
const FORGOTTEN = minutes(30)

/** Of so many slots deletes are in half at most. */
const halfOf = (room: number): number => Math.floor(room / 2)

export interface Crossroads {
  /** How many operations at once. */
  readonly room: number
  readonly held: readonly Ticket[]
  readonly queued: readonly Ticket[]
  /** The clusters that use each pool, by the path of its entity. */
  readonly users: ReadonlyMap<string, readonly string[]>
  readonly now: Instant
}

export const isSame = (one: Ticket, other: Ticket): boolean =>
  one.entity === other.entity && one.key === other.key

export const isCalled = ({ calledAt }: Ticket, now: Instant): boolean =>
  calledAt !== undefined && now < calledAt + CALL_LEASE

const isWaiting = ({ seenAt }: Ticket, now: Instant): boolean => now < seenAt + TICKET_LEASE

/** Nobody comes back to it: its owner has gone another way. */
export const isForgotten = ({ seenAt }: Ticket, now: Instant): boolean => now >= seenAt + FORGOTTEN

/** Slots in which an operation of this kind may be: deletes cannot be in more than theirs, however many begin at once. */
export function slotsFor({ doing }: Ticket, room: number): readonly number[] {
  const all = Array.from({ length: room }, (_, at) => at + 1)
  return doing === 'delete' ? all.slice(0, halfOf(room)) : all.toReversed()
}

/** Who may begin now, in order. Whoever was called already is expected to, and counts as if under way. */
export function turnsAt({ room, held, queued, users, now }: Crossroads): readonly Ticket[] {
  const called = queued.filter(
    (ticket) => isCalled(ticket, now) && !held.some((other) => isSame(ticket, other)),
  )
  const busy = [...distinct(held), ...called]
  const waiting = queued
    .filter((ticket) => isWaiting(ticket, now) && !busy.some((other) => isSame(ticket, other)))
    .toSorted((a, b) => a.since - b.since)
  if (busy.some(({ doing }) => doing === 'cluster')) return []
  const alone = waiting.find(({ doing }) => doing === 'cluster')
  // Nobody else begins before it, or it would wait for ever.
  if (alone) return busy.length === 0 ? [alone] : []

  const free = room - busy.length
  const turns = fairly(
    waiting.filter(({ doing }) => doing === 'create'),
    busy,
    users,
  ).slice(0, Math.max(0, free))
  const deletesUnderWay = busy.filter(({ doing }) => doing === 'delete').length
  const left = Math.min(free - turns.length, halfOf(room) - deletesUnderWay)
  const deletes = waiting.filter(({ doing }) => doing === 'delete')
  return [...turns, ...deletes.slice(0, Math.max(0, left))]
}

/** One operation on the whole cluster holds every slot. */
function distinct(held: readonly Ticket[]): Ticket[] {
  return held.filter((ticket, at) => held.findIndex((other) => isSame(ticket, other)) === at)
}

/** Each time the one whose cluster has least under way; `waiting` is oldest first. */
function fairly(
  waiting: readonly Ticket[],
  busy: readonly Ticket[],
  users: Crossroads['users'],
): Ticket[] {
  const underWay = new Map<string, number>()
  const clustersOf = ({ entity }: Ticket): readonly string[] => users.get(entity) ?? []
  const begin = (ticket: Ticket): void => {
    for (const cluster of clustersOf(ticket)) {
      underWay.set(cluster, (underWay.get(cluster) ?? 0) + 1)
    }
  }
  const loadOf = (ticket: Ticket): number =>
    Math.min(Infinity, ...clustersOf(ticket).map((cluster) => underWay.get(cluster) ?? 0))
  for (const ticket of busy) begin(ticket)
  const rest = [...waiting]
  const order: Ticket[] = []
  while (rest.length > 0) {
    const least = Math.min(...rest.map(loadOf))
    const [next] = rest.splice(
      rest.findIndex((ticket) => loadOf(ticket) === least),
      1,
    )
    if (!next) break
    begin(next)
    order.push(next)
  }
  return order
}
