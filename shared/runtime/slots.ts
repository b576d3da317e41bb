// GKE takes few operations at once for one cluster, so each takes a slot first (protocol rule 11). A slot and a place in
// the queue are documents. Who finds no slot queues and tries once more: so the last holder, who frees and then looks at
// the queue, cannot miss a waiter.
import { limits } from '../catalog/limits.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import { ledgerPath, queueOf, queuePath, slotPath, slotsOf } from '../domain/paths.ts'
import { Ticket } from '../domain/records.ts'
import type { World, Write } from '../ports.ts'
import type { Claimed } from './claim.ts'
import { createOf, read, readAll, type Stored } from './stored.ts'

function ticketId(claimed: Claimed): string {
  return `${claimed.subject.identity.workspace}-${claimed.ref.entity.split('/').at(-1)}-${claimed.ref.key}`
}

function ticketOf(claimed: Claimed, since: number): Ticket {
  const { entity, key, generation } = claimed.ref
  return { entity, key, generation, token: claimed.token, since }
}

/** Takes a slot for this attempt's operation; false when all are taken and the attempt has been queued. */
export async function takeSlot(
  world: World,
  workspace: string,
  claimed: Claimed,
): Promise<boolean> {
  const { held, now } = await world.store.snapshot(async (reader) => ({
    held: await readAll(reader, slotsOf(workspace), Ticket),
    now: reader.readTime(),
  }))
  if (held.some(({ value }) => isOf(value, claimed))) return true
  const ticket = ticketOf(claimed, now)
  if (await takeFree(world, workspace, ticket, held)) return true
  await world.store.commit([createOf(queuePath(workspace, ticketId(claimed)), ticket)])
  const again = await readAll(world.store, slotsOf(workspace), Ticket)
  if (!(await takeFree(world, workspace, ticket, again))) return false
  await leaveQueue(world, workspace, ticket)
  return true
}

function isOf(ticket: Ticket, claimed: Claimed): boolean {
  return ticket.entity === claimed.ref.entity && ticket.key === claimed.ref.key
}

async function takeFree(
  world: World,
  workspace: string,
  ticket: Ticket,
  held: readonly Stored<Ticket>[],
): Promise<boolean> {
  const taken = new Set(held.map(({ document }) => document.path))
  for (let slot = 1; slot <= limits.gke.operationsInFlight; slot++) {
    const path = slotPath(workspace, slot)
    if (!taken.has(path) && (await world.store.commit([createOf(path, ticket)]))) return true
  }
  return false
}

async function leaveQueue(world: World, workspace: string, ticket: Ticket): Promise<void> {
  const queued = await readAll(world.store, queueOf(workspace), Ticket)
  const own = queued.filter(
    ({ value }) => value.entity === ticket.entity && value.key === ticket.key,
  )
  for (const { document } of own) await world.store.commit([{ op: 'delete', from: document }])
}

/** The writes that free this attempt's slot, to be committed with the record of its end. */
export async function freeing(world: World, workspace: string, claimed: Claimed): Promise<Write[]> {
  const held = await readAll(world.store, slotsOf(workspace), Ticket)
  return held
    .filter(({ value }) => isOf(value, claimed))
    .map(({ document }) => ({ op: 'delete', from: document }))
}

/** The oldest in the queue, taken out of it, so that it is tried next. */
export async function nextInQueue(world: World, workspace: string): Promise<Ticket | undefined> {
  const queued = await readAll(world.store, queueOf(workspace), Ticket)
  const [oldest] = queued.toSorted((a, b) => a.value.since - b.value.since)
  if (!oldest) return undefined
  const out = await world.store.commit([{ op: 'delete', from: oldest.document }])
  return out ? oldest.value : undefined
}

/** Frees slots whose operation is over though nobody said so: their holder died before it could. */
export async function freeForgottenSlots(world: World, workspace: string): Promise<void> {
  for (const { document, value } of await readAll(world.store, slotsOf(workspace), Ticket)) {
    const { entry, now } = await world.store.snapshot(async (reader) => ({
      entry: await read(reader, ledgerPath(value.entity, value.key), LedgerEntry),
      now: reader.readTime(),
    }))
    const have = entry?.value.thing.have
    const mayAct = (entry?.value.zombieUntil ?? 0) > now
    const isUnderWay = entry?.value.claim.open || have === 'coming' || have === 'leaving' || mayAct
    if (!isUnderWay) await world.store.commit([{ op: 'delete', from: document }])
  }
}
