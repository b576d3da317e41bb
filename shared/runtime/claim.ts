// Taking a claim: the fence that lets one attempt of one step act on the world (protocol, STEP-DUE).
import { claimEntry, isClean, LedgerEntry } from '../domain/ledger.ts'
import { ledgerPath, runPath } from '../domain/paths.ts'
import type { Plan, PlanItem } from '../domain/plan.ts'
import { CLAIM_LEASE, EFFECT_WINDOW } from '../domain/protocol-times.ts'
import { Run } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import type { Clock, Transaction, World } from '../ports.ts'
import { writeIn } from './generation.ts'
import { inputOf } from './step-input.ts'
import { createOf, read, type Stored, updateOf } from './stored.ts'

/** Which attempt: the n-th at one ledger key, for one generation of an entity. */
export interface AttemptRef {
  readonly entity: string
  readonly generation: number
  readonly key: string
  readonly n: number
}

export interface Claimed {
  readonly ref: AttemptRef
  readonly token: string
  readonly item: PlanItem
  readonly subject: Plan['subject']
  readonly direction: 'up' | 'down'
  /** The entry before; undefined when nothing of this name was ever tried. */
  readonly before: Stored<LedgerEntry> | undefined
  /** No earlier holder can act any more, so that what is seen now is final. */
  readonly isClean: boolean
  readonly entry: LedgerEntry
  /** By the store's clock. */
  readonly at: Instant
  /** Outputs of the things it waits for, by step. */
  readonly outputs: Readonly<Record<string, unknown>>
}

/** Tells one holder of a claim from another. */
export function newToken(clock: Clock): string {
  return Math.floor(clock.random() * 2 ** 48).toString(36)
}

/** The claim, or undefined when another attempt was first or the run is over. */
export function claim(world: World, ref: AttemptRef): Promise<Claimed | undefined> {
  const token = newToken(world.clock)
  return world.store.transaction(async (transaction) => {
    const claimed = await readClaim(transaction, ref, token)
    if (claimed) writeEntry(transaction, claimed, claimed.entry)
    return claimed
  })
}

/** The same, read and not written. */
export async function readClaim(
  transaction: Transaction,
  ref: AttemptRef,
  token: string,
): Promise<Claimed | undefined> {
  const [run, before] = await Promise.all([
    read(transaction, runPath(ref.entity, ref.generation), Run),
    read(transaction, ledgerPath(ref.entity, ref.key), LedgerEntry),
  ])
  if (run?.value.is !== 'active') return undefined
  const { plan } = run.value
  const planned = plannedItem(run.value, ref.key)
  const item = planned ?? before?.value.item
  if (!item) return undefined

  const outputs = planned ? await readOutputs(transaction, ref.entity, planned) : {}
  const at = transaction.readTime()
  const { generation: g, n } = ref
  const times = { effectWindow: EFFECT_WINDOW, lease: CLAIM_LEASE }
  const input = planned ? inputOrNothing(planned, plan.subject, outputs) : undefined
  const entry = claimEntry(before?.value, { item, input, g, n, token, now: at, ...times })
  if (!entry) return undefined
  return {
    ref,
    token,
    item,
    subject: plan.subject,
    direction: planned ? 'up' : 'down',
    before,
    isClean: isClean(entry, at),
    entry,
    at,
    outputs,
  }
}

/** The plan's item, if the run is to make it: what it does not want is removed. */
export function plannedItem(run: Run, key: string): PlanItem | undefined {
  if (run.is !== 'active' || run.direction === 'down') return undefined
  return run.plan.items.find((item) => item.key === key)
}

export function writeEntry(
  transaction: Transaction,
  { ref, before }: Pick<Claimed, 'ref' | 'before'>,
  entry: LedgerEntry,
): void {
  const path = ledgerPath(ref.entity, ref.key)
  writeIn(transaction, [before ? updateOf(before, entry) : createOf(path, entry)])
}

/** What cannot be computed is tried again, and told of, by the attempt itself. */
function inputOrNothing(
  ...asked: Parameters<typeof inputOf>
): ReturnType<typeof inputOf> | undefined {
  try {
    return inputOf(...asked)
  } catch {
    return undefined
  }
}

async function readOutputs(
  transaction: Transaction,
  entity: string,
  item: PlanItem,
): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    item.after.map((key) => read(transaction, ledgerPath(entity, key), LedgerEntry)),
  )
  const present = entries.filter((entry): entry is Stored<LedgerEntry> => entry !== undefined)
  return Object.fromEntries(
    present.flatMap(({ value }) =>
      value.thing.have === 'present' ? [[value.item.step, value.thing.output]] : [],
    ),
  )
}
