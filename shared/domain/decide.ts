// The heart: what to do next for one entity, from what is known of it at one moment. Pure, and a fixed point: once its
// answer has been carried out it answers nothing more.
import type { Reason } from '../../events/lifecycle.ts'
import type { Status } from './entity.ts'
import type { LedgerEntry } from './ledger.ts'
import type { PlanItem } from './plan.ts'
import { LAUNCH_LIMIT } from './protocol-times.ts'
import { isMade, isUnmade, saysAlready, statusOf } from './status.ts'
import {
  entryOf,
  isContradicted,
  isGone,
  isSatisfied,
  type Situation,
  unwantedEntries,
  wantedItems,
} from './situation.ts'

export interface Start {
  readonly item: PlanItem
  /** Number of the attempt to create. */
  readonly n: number
}

export interface Decision {
  /** Attempts to create now, all of them at once. */
  readonly start: readonly Start[]
  /** The status to write, where it differs. */
  readonly status?: Status
  /** Take the entity down for this reason: a step has failed for good. */
  readonly fail?: Reason
  /** What it waited for runs: freeze its plan. */
  readonly freeze: boolean
  /** The goal is reached. */
  readonly settle: boolean
  /** A settled goal has come apart. */
  readonly reopen: boolean
}

const NOTHING: Decision = { start: [], freeze: false, settle: false, reopen: false }

export function decide(situation: Situation): Decision {
  const { entity, run } = situation
  if (run.is === 'superseded' || run.generation !== entity.generation) return NOTHING
  if (run.is === 'waiting') return decideWaiting(situation, run.waitsFor)
  const fail = run.direction === 'up' ? failureOf(situation) : undefined
  if (fail) return { ...NOTHING, fail }

  const status = statusOf(situation)
  const changed = saysAlready(entity, status) ? {} : { status }
  if (run.is === 'settled') return { ...NOTHING, ...changed, reopen: hasComeApart(situation) }
  return {
    ...NOTHING,
    ...changed,
    start: [...dueUp(situation), ...dueDown(situation)],
    settle: isReached(situation, status),
  }
}

function decideWaiting(situation: Situation, waitsFor: string): Decision {
  const status = statusOf(situation)
  const changed = saysAlready(situation.entity, status) ? {} : { status }
  const awaited = situation.awaited.get(waitsFor)
  if (awaited?.state === 'PROVISIONING') return { ...NOTHING, ...changed }
  if (awaited?.state === 'RUNNING') return { ...NOTHING, freeze: true }
  const state = awaited?.state ?? 'gone'
  const fail: Reason = {
    code: 'WORKSPACE_CONFIGURATION_ERROR',
    type: 'CLIENT_ERROR',
    message: `its workspace is ${state}`,
    mend: 'request the workspace again, then the cluster',
  }
  return { ...NOTHING, fail }
}

// --- Up ---------------------------------------------------------------------------------------------------------

function dueUp(situation: Situation): Start[] {
  return wantedItems(situation.run)
    .filter((item) => !isSatisfied(situation, item) && isStartable(situation, item))
    .filter((item) => isDue(situation, entryOf(situation, item.key)))
    .map((item) => ({ item, n: (entryOf(situation, item.key)?.n ?? 0) + 1 }))
}

function isStartable(situation: Situation, item: PlanItem): boolean {
  const ready = item.after.every((key) => entryOf(situation, key)?.thing.have === 'present')
  if (!ready || item.awaits === undefined) return ready
  return situation.awaited.get(item.awaits)?.state !== 'PROVISIONING'
}

/** A claim that has run out, an older generation's claim, or a look that is due: by time, by hint, by contradiction. */
function isDue(situation: Situation, entry: LedgerEntry | undefined): boolean {
  if (!entry) return true
  const isOurs = entry.g === situation.run.generation
  if (entry.lookAt <= situation.now || !isOurs) return true
  if (entry.claim.open) return false
  return situation.hinted.has(entry.item.key) || isContradicted(situation, entry)
}

// --- Down -------------------------------------------------------------------------------------------------------

function dueDown(situation: Situation): Start[] {
  return unwantedEntries(situation)
    .filter((entry) => !isGone(entry) && isDue(situation, entry))
    .filter((entry) => dependents(situation, entry.item.key).every(isGone))
    .map((entry) => ({ item: entry.item, n: entry.n + 1 }))
}

function dependents(situation: Situation, key: string): readonly LedgerEntry[] {
  return situation.ledger.filter((entry) => entry.item.after.includes(key))
}

// --- Ends -------------------------------------------------------------------------------------------------------

function isReached(situation: Situation, status: Status): boolean {
  if (situation.run.direction === 'down') return isUnmade(situation)
  if (!isMade(situation) || !unwantedEntries(situation).every(isGone)) return false
  return status.state === 'RUNNING' && !('reason' in status && status.reason)
}

/** What was taken down cannot come apart: it has nothing to be opened for. */
function hasComeApart(situation: Situation): boolean {
  if (situation.run.direction === 'down') return false
  return situation.ledger.some((entry) => isContradicted(situation, entry))
}

/** Undo never gives up (protocol rule 9); making does, when its budget is spent or trying again cannot help. */
function failureOf(situation: Situation): Reason | undefined {
  for (const item of wantedItems(situation.run)) {
    const entry = entryOf(situation, item.key)
    if (!entry || entry.claim.open || entry.g !== situation.run.generation) continue
    const { failure, failures } = entry
    if (failure && (failure.permanent || failures >= item.attempts)) {
      return failure.reason ?? unexpected(item, failure.message, failures)
    }
    if (isOverdue(item, entry, situation.now)) return overdue(item, failure?.message)
  }
  return launchTookTooLong(situation)
}

function isOverdue(item: PlanItem, entry: LedgerEntry, now: number): boolean {
  return entry.thing.have !== 'present' && now >= entry.startedAt + item.timeoutMs
}

function overdue(item: PlanItem, newest: string | undefined): Reason {
  const because = newest === undefined ? '' : `; the newest failure: ${newest}`
  return {
    code: 'CLUSTER_OPERATION_TIMEOUT',
    type: 'SERVICE_FAULT',
    message: `${item.step} was not done within ${item.timeoutMs / 60_000} minutes${because}`.slice(
      0,
      1024,
    ),
  }
}

function unexpected(item: PlanItem, message: string, failures: number): Reason {
  return {
    code: 'UNEXPECTED_LAUNCH_FAILURE',
    type: 'SERVICE_FAULT',
    message: `${item.step} failed ${failures} times; the last time: ${message}`.slice(0, 1024),
  }
}

function launchTookTooLong({ entity, run, now }: Situation): Reason | undefined {
  if (entity.kind !== 'cluster' || entity.state !== 'PENDING') return undefined
  if (now < run.createdAt + LAUNCH_LIMIT) return undefined
  return {
    code: 'K8S_DBR_CLUSTER_LAUNCH_TIMEOUT',
    type: 'SERVICE_FAULT',
    message: `not running ${LAUNCH_LIMIT / 60_000} minutes after its launch began`,
  }
}
