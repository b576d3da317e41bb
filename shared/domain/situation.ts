// Everything that a decision rests on, read at one moment, and the questions that decisions ask of it.
import type { Entity } from './entity.ts'
import type { LedgerEntry } from './ledger.ts'
import type { PlanItem } from './plan.ts'
import { seconds, type Instant } from './time.ts'
import type { Observation } from './records.ts'
import type { Run } from './run.ts'

export interface Situation {
  readonly entity: Entity
  readonly run: Run
  readonly ledger: readonly LedgerEntry[]
  readonly observation: Observation | undefined
  /** Entities that this one waits for, by path: its workspace, its pools. */
  readonly awaited: ReadonlyMap<string, Entity>
  readonly now: Instant
  /** Ledger keys that a hint says have changed: looked at without waiting for `lookAt`. */
  readonly hinted: ReadonlySet<string>
}

/** How long new pods may take to show up in a snapshot before their absence counts. */
const SHOW_UP = seconds(15)

/** What the current plan wants present: nothing on the way down. */
export function wantedItems(run: Run): readonly PlanItem[] {
  if (run.is !== 'active' && run.is !== 'settled') return []
  return run.direction === 'up' ? (run.plan?.items ?? []) : []
}

export function entryOf(situation: Situation, key: string): LedgerEntry | undefined {
  return situation.ledger.find((entry) => entry.item.key === key)
}

/** Entries of things that the current plan does not want (protocol rule 5). */
export function unwantedEntries(situation: Situation): readonly LedgerEntry[] {
  const wanted = new Set(wantedItems(situation.run).map((item) => item.key))
  return situation.ledger.filter((entry) => !wanted.has(entry.item.key))
}

/**
 * What a step made for this generation; on the way down, the newest thing that it made. Others of the same step may be of
 * an older life and on their way out.
 */
export function currentEntry(situation: Situation, step: string): LedgerEntry | undefined {
  const { run, ledger } = situation
  const wanted = wantedItems(run).find((item) => item.step === step)
  if (run.direction === 'up') return wanted && entryOf(situation, wanted.key)
  return ledger
    .filter((entry) => entry.item.step === step)
    .toSorted((a, b) => b.item.life - a.item.life)[0]
}

/** The snapshot, if it is of the custom resource that this generation made (protocol rule 14). */
export function currentLevel(situation: Situation): Observation['level'] | undefined {
  const { observation } = situation
  const namespace = currentEntry(situation, 'namespace')
  if (!observation || namespace?.thing.have !== 'present') return undefined
  return observation.uid === namespace.thing.output['uid'] ? observation.level : undefined
}

/** Whether a newer observation says that what the ledger calls present is not (protocol rule 12). */
export function isContradicted(situation: Situation, entry: LedgerEntry): boolean {
  const { entity, observation, now } = situation
  const level = currentLevel(situation)
  if (entity.kind !== 'cluster' || !observation || !level || entry.claim.open) return false
  const { recordedAt } = entry.claim
  if (observation.receivedAt <= recordedAt || now < recordedAt + SHOW_UP) return false
  if (entry.item.step === 'driver') return level.driver === 'absent'
  if (entry.item.step !== 'executors') return false
  return level.executors.total < entity.spec.executors.count
}

/** Present, recorded, and not contradicted. */
export function isSatisfied(situation: Situation, item: PlanItem): boolean {
  const entry = entryOf(situation, item.key)
  if (!entry || entry.claim.open || entry.thing.have !== 'present') return false
  return !isContradicted(situation, entry)
}

/** Recorded as gone. */
export function isGone(entry: LedgerEntry): boolean {
  return !entry.claim.open && entry.thing.have === 'absent'
}
