// The heart: what to do next for one entity, from what is known of it at one moment. Pure, and a fixed point: once its
// answer has been carried out it answers nothing more.
import type { Reason } from '../../events/lifecycle.ts'
import { type Adaptation, adaptationOf } from './adaptation.ts'
import type { Status } from './entity.ts'
import { canLaunch } from './hibernation.ts'
import { type LedgerEntry, spent } from './ledger.ts'
import type { PlanItem } from './plan.ts'
import { launchFailure, troubleOf } from './pod-trouble.ts'
import { LAUNCH_LIMIT } from './protocol-times.ts'
import { reasonOf } from './reasons/reason.ts'
import { isMade, isUnmade, saysAlready, statusOf } from './status.ts'
import {
  entryOf,
  isContradicted,
  isDoubted,
  isGone,
  isSatisfied,
  isUpToDate,
  levelOfThisStart,
  predecessorsOf,
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
  /** Start again with this: machines are not to be had as asked. */
  readonly adapt?: Adaptation
  /** What it waited for runs: freeze its plan. */
  readonly freeze: boolean
  /** The goal is reached. */
  readonly settle: boolean
  /** A settled goal has come apart. */
  readonly reopen: boolean
  /** Paths of entities within this one that must be gone first. */
  readonly end: readonly string[]
}

const NOTHING: Decision = { start: [], freeze: false, settle: false, reopen: false, end: [] }

/** `adapts`: false where nothing else is to be had, so that it goes on as it is. */
export function decide(situation: Situation, { adapts = true } = {}): Decision {
  const { entity, run } = situation
  if (run.is === 'superseded' || run.generation !== entity.generation) return NOTHING
  if (run.is === 'waiting') return decideWaiting(situation, run.waitsFor)
  const status = statusOf(situation)
  const fail = LAUNCHING.has(status.state) ? failureOf(situation) : lostForGood(situation)
  if (fail) return { ...NOTHING, fail }
  const adapt = adapts ? adaptationOf(situation) : undefined
  if (adapt) return { ...NOTHING, adapt }

  const changed = saysAlready(entity, status) ? {} : { status }
  if (run.is === 'settled') return { ...NOTHING, ...changed, reopen: hasComeApart(situation) }
  const end = childrenToEnd(situation)
  if (end.length > 0) return { ...NOTHING, ...changed, end }
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
  if (canLaunch(awaited)) return { ...NOTHING, freeze: true }
  if (awaited?.state === 'RUNNING') return { ...NOTHING, ...changed }
  const state = awaited?.state ?? 'gone'
  return { ...NOTHING, fail: reasonOf('WORKSPACE_CONFIGURATION_ERROR', { workspace_state: state }) }
}

// --- Up ---------------------------------------------------------------------------------------------------------

function dueUp(situation: Situation): Start[] {
  return wantedItems(situation.run)
    .filter((item) => !isSatisfied(situation, item) && isStartable(situation, item))
    .filter((item) => isDue(situation, entryOf(situation, item.key)))
    .map((item) => ({ item, n: (entryOf(situation, item.key)?.n ?? 0) + 1 }))
}

function isStartable(situation: Situation, item: PlanItem): boolean {
  const ready = item.after.every((key) => isUpToDate(situation, key))
  if (!ready || predecessorsOf(situation, item).length > 0) return false
  if (item.awaits === undefined) return true
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

// --- A workspace goes after what is in it -----------------------------------------------------------------------

/**
 * Clusters first. Then the workspace's own things, its GKE cluster among them; pools that went with that are gone in name
 * only, so they end last and at once.
 */
function childrenToEnd(situation: Situation): readonly string[] {
  const { children, run } = situation
  if (!children || run.direction === 'up') return []
  if (children.clusters.length > 0) return children.clusters
  return isUnmade(situation) ? children.pools : []
}

// --- Ends -------------------------------------------------------------------------------------------------------

function isReached(situation: Situation, status: Status): boolean {
  if (situation.run.direction === 'down') return isUnmade(situation)
  if (!isMade(situation) || !unwantedEntries(situation).every(isGone)) return false
  if (hasComeApart(situation)) return false
  return status.state === 'RUNNING' && !('reason' in status && status.reason)
}

/** What was taken down cannot come apart: it has nothing to be opened for. */
function hasComeApart(situation: Situation): boolean {
  if (situation.run.direction === 'down') return false
  return situation.ledger.some((entry) => isDoubted(situation, entry))
}

/** States in which nothing runs yet that a failure could be weighed against. */
const LAUNCHING: ReadonlySet<string> = new Set(['PROVISIONING', 'PENDING', 'RESTARTING'])

/**
 * Undo never gives up (protocol rule 9); making does, when its budget is spent or trying again cannot help. What runs
 * already is not ended because a part of it cannot be mended: it says so and goes on trying.
 */
function failureOf(situation: Situation): Reason | undefined {
  for (const item of wantedItems(situation.run)) {
    const entry = entryOf(situation, item.key)
    if (!entry || entry.claim.open || entry.g !== situation.run.generation) continue
    const { failure, failures } = entry
    if (failure && (failure.permanent || spent(entry) >= item.attempts)) {
      return failure.reason ?? unexpected(item, failure.message, failures)
    }
    if (isOverdue(item, entry, situation.now)) {
      return failure?.reason ?? overdue(item, failure?.message)
    }
  }
  return launchFailure(situation) ?? launchTookTooLong(situation)
}

/** With its driver gone nothing of a cluster runs that a step which cannot succeed could be weighed against. */
function lostForGood(situation: Situation): Reason | undefined {
  const { entity, run } = situation
  const level = levelOfThisStart(situation)
  if (entity.kind !== 'cluster' || !level || level.driver === 'ready') return undefined
  for (const item of wantedItems(run)) {
    const entry = entryOf(situation, item.key)
    if (!entry?.failure?.permanent || entry.claim.open || entry.g !== run.generation) continue
    return entry.failure.reason ?? unexpected(item, entry.failure.message, entry.failures)
  }
  return undefined
}

function isOverdue(item: PlanItem, entry: LedgerEntry, now: number): boolean {
  return entry.thing.have !== 'present' && now >= entry.startedAt + item.timeoutMs
}

function overdue(item: PlanItem, newest: string | undefined): Reason {
  return reasonOf('CLUSTER_OPERATION_TIMEOUT', {
    step: item.step,
    timeout_min: String(item.timeoutMs / 60_000),
    newest_failure: newest,
  })
}

function unexpected(item: PlanItem, message: string, failures: number): Reason {
  return reasonOf('UNEXPECTED_LAUNCH_FAILURE', {
    step: item.step,
    failures: String(failures),
    newest_failure: message,
  })
}

function launchTookTooLong(situation: Situation): Reason | undefined {
  const { entity, run, now } = situation
  if (entity.kind !== 'cluster') return undefined
  if (now < run.createdAt + LAUNCH_LIMIT) return undefined
  const timeout_min = String(LAUNCH_LIMIT / 60_000)
  return troubleOf(situation) ?? reasonOf('K8S_DBR_CLUSTER_LAUNCH_TIMEOUT', { timeout_min })
}
