// GKE takes few operations at once for one cluster, so each takes a slot first (protocol rule 11). A slot and a place in
// the queue are documents. Who finds no slot queues and tries once more: so the last holder, who frees and then looks at
// the queue, cannot miss a waiter. Whose turn it is, is decided in domain/operation-queue.ts.
import { limits } from '../catalog/limits.ts'
import type { MalformedDocument } from '../domain/document-fault.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import { isCalled, isForgotten, isSame, slotsFor, turnsAt } from '../domain/operation-queue.ts'
import { ledgerPath, queueOf, queuePath, slotPath, slotsOf, usesOf } from '../domain/paths.ts'
import { Ticket, Use } from '../domain/records.ts'
import type { Instant } from '../domain/time.ts'
import type { World, Write } from '../ports.ts'
import type { RunnableStep } from '../steps/step.ts'
import type { AttemptRef, Claimed } from './claim.ts'
import { orPark, parkAll } from './park.ts'
import { createOf, read, readReadable, type Stored, updateOf } from './stored.ts'

const ROOM = limits.gke.operationsInFlight

/** Whether what a step does is an operation of a GKE cluster. */
export function usesSlots({ lane }: Pick<RunnableStep, 'lane'>): boolean {
  return lane === 'pool' || lane === 'gke'
}

interface Waiting {
  readonly held: readonly Stored<Ticket>[]
  readonly queued: readonly Stored<Ticket>[]
  /** A slot that cannot be read stays taken; a place in the queue that cannot be read is passed over. */
  readonly malformed: readonly MalformedDocument[]
  readonly now: Instant
}

function readWaiting(world: World, workspace: string): Promise<Waiting> {
  return world.store.snapshot(async (reader) => {
    const [held, queued] = await Promise.all([
      readReadable(reader, slotsOf(workspace), Ticket),
      readReadable(reader, queueOf(workspace), Ticket),
    ])
    const malformed = [...held.malformed, ...queued.malformed]
    return { held: held.readable, queued: queued.readable, malformed, now: reader.readTime() }
  })
}

function ticketOf(step: RunnableStep, claimed: Claimed, { queued, now }: Waiting): Ticket {
  const { entity, key, generation } = claimed.ref
  const doing = step.lane === 'gke' ? 'cluster' : claimed.direction === 'up' ? 'create' : 'delete'
  const ticket = { entity, key, generation, token: claimed.token, doing, since: now, seenAt: now }
  // It keeps its place in the queue, which counts from its first try.
  const before = queued.find(({ value }) => isOf(value, claimed.ref) && value.doing === doing)
  return { ...ticket, doing, since: before?.value.since ?? now }
}

function isOf(ticket: Ticket, ref: AttemptRef): boolean {
  return ticket.entity === ref.entity && ticket.key === ref.key
}

/** Takes a slot for this attempt's operation; false when it is not its turn and the attempt has been queued. */
export async function takeSlot(
  world: World,
  workspace: string,
  step: RunnableStep,
  claimed: Claimed,
): Promise<boolean> {
  const found = await readWaiting(world, workspace)
  if (found.held.some(({ value }) => isOf(value, claimed.ref))) return true
  const ticket = ticketOf(step, claimed, found)
  const own = found.queued.find(({ value }) => isOf(value, claimed.ref))
  if (await takeInTurn(world, workspace, ticket, found)) {
    if (own) await leaveQueue(world, workspace, ticket)
    return true
  }
  const path = queuePath(workspace, ticketId(ticket))
  await world.store.commit([own ? updateOf(own, ticket) : createOf(path, ticket)])
  const again = await readWaiting(world, workspace)
  if (!(await takeInTurn(world, workspace, ticket, again))) return false
  await leaveQueue(world, workspace, ticket)
  return true
}

function ticketId({ entity, key }: Ticket): string {
  return `${entity.split('/').at(-1)}-${key}`
}

async function takeInTurn(
  world: World,
  workspace: string,
  ticket: Ticket,
  found: Waiting,
): Promise<boolean> {
  const others = found.queued.filter(({ value }) => !isSame(value, ticket))
  const isCalledFor = found.queued.some(
    ({ value }) => isSame(value, ticket) && isCalled(value, found.now),
  )
  if (!isCalledFor) {
    const turns = await turnsOf(world, found, [...others.map(({ value }) => value), ticket])
    if (!turns.some((turn) => isSame(turn, ticket))) return false
  }
  return takeFree(world, workspace, ticket, found.held)
}

/** Who uses a pool matters only where somebody waits. */
async function turnsOf(
  world: World,
  { held, now }: Waiting,
  queued: readonly Ticket[],
): Promise<readonly Ticket[]> {
  const busy = held.map(({ value }) => value)
  const paths = queued.length > 1 ? [...busy, ...queued].map(({ entity }) => entity) : []
  const users = new Map<string, string[]>()
  await Promise.all(
    Array.from(new Set(paths), async (path) => {
      const uses = await readReadable(world.store, usesOf(path), Use)
      users.set(
        path,
        uses.readable.map(({ value }) => value.cluster),
      )
    }),
  )
  return turnsAt({ room: ROOM, held: busy, queued, users, now })
}

async function takeFree(
  world: World,
  workspace: string,
  ticket: Ticket,
  held: readonly Stored<Ticket>[],
): Promise<boolean> {
  const { calledAt: _calledAt, ...own } = ticket
  const create = (slot: number): Write => createOf(slotPath(workspace, slot), own)
  // All of them or none: an operation on the cluster itself bears no other beside it.
  if (ticket.doing === 'cluster') return world.store.commit(slotsFor(ticket, ROOM).map(create))
  const taken = new Set(held.map(({ document }) => document.path))
  for (const slot of slotsFor(ticket, ROOM)) {
    if (taken.has(slotPath(workspace, slot))) continue
    if (await world.store.commit([create(slot)])) return true
  }
  return false
}

/** A place is called once in 75 s, so that hardly any try is refused twice. */
const LEAVE_TRIES = 5

/** Refused: it was called just now. A place that is left behind would keep others from theirs. */
async function leaveQueue(world: World, workspace: string, ticket: Ticket): Promise<void> {
  for (let tries = 0; tries < LEAVE_TRIES; tries++) {
    const { readable } = await readReadable(world.store, queueOf(workspace), Ticket)
    const own = readable.filter(({ value }) => isSame(value, ticket))
    const writes = own.map(({ document }): Write => ({ op: 'delete', from: document }))
    if (writes.length === 0 || (await world.store.commit(writes))) return
  }
}

/** The writes that free this attempt's slots, to be committed with the record of its end. */
export async function freeing(world: World, workspace: string, ref: AttemptRef): Promise<Write[]> {
  const { readable } = await readReadable(world.store, slotsOf(workspace), Ticket)
  return readable
    .filter(({ value }) => isOf(value, ref))
    .map(({ document }) => ({ op: 'delete', from: document }))
}

/** The next in the queue, told so, so that it is tried now: by one caller only. It leaves the queue when it has a slot. */
export async function nextInQueue(world: World, workspace: string): Promise<Ticket | undefined> {
  const found = await readWaiting(world, workspace)
  const queued = found.queued.map(({ value }) => value)
  const [next] = await turnsOf(world, found, queued)
  const stored = next && found.queued.find(({ value }) => isSame(value, next))
  if (!stored) return undefined
  const isMine = await world.store.commit([updateOf(stored, { ...next, calledAt: found.now })])
  return isMine ? next : undefined
}

/** Everybody whose turn has come, each told by one caller only. */
export async function callNext(world: World, workspace: string): Promise<Ticket[]> {
  const called: Ticket[] = []
  while (called.length < ROOM) {
    const next = await nextInQueue(world, workspace)
    if (!next) break
    called.push(next)
  }
  return called
}

/** Frees slots whose operation is over though nobody said so, and places in the queue to which nobody comes back. */
export async function freeForgottenSlots(world: World, workspace: string): Promise<void> {
  const { held, queued, malformed, now } = await readWaiting(world, workspace)
  await parkAll(world, malformed)
  for (const { document, value } of held) {
    const isOver = await orPark(world, () => isOperationOver(world, value))
    if (isOver) await world.store.commit([{ op: 'delete', from: document }])
  }
  for (const { document, value } of queued) {
    if (isForgotten(value, now)) await world.store.commit([{ op: 'delete', from: document }])
  }
}

async function isOperationOver(world: World, { entity, key }: Ticket): Promise<boolean> {
  const { entry, now } = await world.store.snapshot(async (reader) => ({
    entry: await read(reader, ledgerPath(entity, key), LedgerEntry),
    now: reader.readTime(),
  }))
  const have = entry?.value.thing.have
  const mayAct = (entry?.value.zombieUntil ?? 0) > now
  return !(entry?.value.claim.open || have === 'coming' || have === 'leaving' || mayAct)
}
