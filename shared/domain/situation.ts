// Everything that a decision rests on, read at one moment, and the questions that decisions ask of it.
import { rangeOf } from './batches.ts'
import type { Entity } from './entity.ts'
import type { LedgerEntry } from './ledger.ts'
import type { PlanItem } from './plan.ts'
import { seconds, type Instant } from './time.ts'
import type { Observation } from './records.ts'
import type { Run } from './run.ts'
import type { ScaleUpBlock } from './scale-up-block.ts'

export interface Situation {
  readonly entity: Entity
  readonly run: Run
  /** In the order in which the entries were last written. */
  readonly ledger: readonly LedgerEntry[]
  readonly observation: Observation | undefined
  /** Entities that this one waits for, by path: its workspace, its pools. */
  readonly awaited: ReadonlyMap<string, Entity>
  readonly now: Instant
  /** What the autoscaler said of a cluster's pools; read while it is not whole. */
  readonly blocked?: readonly ScaleUpBlock[]
  /** Of a workspace that is going down: paths of what still lives in it. */
  readonly children?: { readonly clusters: readonly string[]; readonly pools: readonly string[] }
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

/** What is seen of the driver and executors of the latest start; those of an earlier one are on their way out. */
export function levelOfThisStart(situation: Situation): Observation['level'] | undefined {
  const { entity } = situation
  const level = currentLevel(situation)
  if (entity.kind !== 'cluster' || level?.driverLife === undefined) return level
  return level.driverLife === entity.epoch ? level : undefined
}

/** Whether a newer observation says that what the ledger calls present is not (protocol rule 12). */
export function isContradicted(situation: Situation, entry: LedgerEntry): boolean {
  const hasShownUp = togetherWith(situation, entry).every(
    ({ claim }) => !claim.open && situation.now >= claim.recordedAt + SHOW_UP,
  )
  return hasShownUp && isDoubted(situation, entry)
}

/** The same, also while what was made may not show yet: reason enough to look again soon. */
export function isDoubted(situation: Situation, entry: LedgerEntry): boolean {
  const level = currentLevel(situation)
  const { entity, observation } = situation
  if (!level || !observation) return false
  const together = togetherWith(situation, entry)
  const isNewer = together.every(
    ({ claim }) => !claim.open && observation.receivedAt > claim.recordedAt,
  )
  if (!isNewer) return false
  if (entry.item.step === 'driver') return level.driver === 'absent' || level.driver === 'failed'
  if (entry.item.step !== 'executors') return false
  // Pods of all batches are counted together, which says something only when none of them is being worked on.
  if (!together.every((batch) => isCurrent(situation, batch))) return false
  const expected = together.reduce((sum, { item }) => sum + batchSize(entity, item.index), 0)
  return level.executors.total !== expected
}

/** The entries that one figure of the observation is about. */
function togetherWith({ ledger }: Situation, entry: LedgerEntry): readonly LedgerEntry[] {
  if (entry.item.step !== 'executors') return [entry]
  return ledger.filter(({ item, thing }) => item.step === 'executors' && !isAbsent(thing))
}

const isAbsent = (thing: LedgerEntry['thing']): boolean => thing.have === 'absent'

/** Present, and as the current plan wants it. */
function isCurrent({ run }: Situation, entry: LedgerEntry): boolean {
  const wanted = wantedItems(run).find(({ key }) => key === entry.item.key)
  return entry.thing.have === 'present' && entry.made === wanted?.revision
}

function batchSize(entity: Entity, batch: number): number {
  if (entity.kind !== 'cluster') return 0
  const { first, last } = rangeOf(batch, entity.spec.executors.count)
  return last - first + 1
}

/** Present as the plan wants it, recorded, and not contradicted. */
export function isSatisfied(situation: Situation, item: PlanItem): boolean {
  const entry = entryOf(situation, item.key)
  if (!entry || entry.claim.open || !isCurrent(situation, entry)) return false
  return !isContradicted(situation, entry)
}

/** Present as the current plan wants it, also while it is looked at again: enough for what waits for it. */
export function isUpToDate(situation: Situation, key: string): boolean {
  const entry = entryOf(situation, key)
  return entry !== undefined && isCurrent(situation, entry)
}

/** Older lives of the same thing that are not gone yet: their successor waits (protocol rule 4). */
export function predecessorsOf(situation: Situation, item: PlanItem): readonly LedgerEntry[] {
  return situation.ledger.filter(
    ({ item: other, thing, claim }) =>
      other.step === item.step &&
      other.index === item.index &&
      other.key !== item.key &&
      (claim.open || thing.have !== 'absent'),
  )
}

/** Recorded as gone. */
export function isGone(entry: LedgerEntry): boolean {
  return !entry.claim.open && entry.thing.have === 'absent'
}
