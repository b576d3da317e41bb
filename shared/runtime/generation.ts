// What every new generation writes: its run, the attempts that can start at once, and the end of the run before it.
import { plan, type Plan, type Subject } from '../domain/plan.ts'
import { runPath } from '../domain/paths.ts'
import { SHARDS, SWEEP_PERIOD } from '../domain/protocol-times.ts'
import { nextRun, type Run } from '../domain/run.ts'
import { seconds, type Instant } from '../domain/time.ts'
import type { Transaction, Write } from '../ports.ts'
import { registry } from '../steps/registry.ts'
import { attemptOf, attemptPathOf } from './attempt-documents.ts'
import { createOf, type Stored, updateOf } from './stored.ts'
import { activeTrace } from './trace.ts'

/** A new run's first alarm: soon, in case the process dies before it comes to anything. */
const FIRST_ALARM = seconds(20)

function shardOf(path: string): number {
  let sum = 0
  for (const letter of path) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003
  return sum % SHARDS
}

/** `previous`: the plan of the generation before, if that was on its way up: what stays the same is kept. */
export function planOf(subject: Subject, generation: number, previous?: Plan): Plan {
  return plan(registry, subject, generation, previous)
}

interface NewRun {
  readonly path: string
  readonly generation: number
  readonly direction: Run['direction']
  readonly request: string
  readonly now: Instant
}

function commonOf({ path, generation, direction, request, now }: NewRun) {
  const shard = shardOf(path)
  return { generation, direction, request, shard, tries: 0, createdAt: now, ...activeTrace() }
}

export function waitingRun(run: NewRun, waitsFor: string): Run {
  return { ...commonOf(run), is: 'waiting', waitsFor, wakeAt: run.now + SWEEP_PERIOD }
}

export function activeRun(run: NewRun, planOfRun: Plan): Run {
  return { ...commonOf(run), is: 'active', plan: planOfRun, wakeAt: run.now + FIRST_ALARM }
}

/** A run that had nothing to do. */
export function emptyRun(run: NewRun): Run {
  return { ...commonOf(run), is: 'settled', settledAt: run.now }
}

export function createRun(path: string, run: Run): Write {
  return createOf(runPath(path, run.generation), run)
}

/**
 * Attempts of the steps that wait for nothing; what awaits another entity starts when that one is ready. Of a generation
 * that follows another there are none: what is due then depends on what that one had come to, and `advance` sees it.
 */
export function firstAttempts(account: string, path: string, run: Run, previous?: Plan): Write[] {
  if (run.is !== 'active' || previous) return []
  const { generation, createdAt } = run
  return run.plan.items
    .filter((item) => item.after.length === 0 && item.awaits === undefined)
    .map((item) => {
      const ref = { entity: path, generation, key: item.key, n: 1 }
      return createOf(attemptPathOf(account, ref), attemptOf(ref, createdAt, run))
    })
}

/** Ends the run before, if it has not ended. */
export function superseding(run: Stored<Run> | undefined, by: number): Write[] {
  const superseded = run && nextRun(run.value, { type: 'superseded', by })
  return run && superseded ? [updateOf(run, superseded)] : []
}

/** Lets a transaction do what a commit would. */
export function writeIn(transaction: Transaction, writes: readonly Write[]): void {
  for (const write of writes) {
    if (write.op === 'create') transaction.create(write.path, write.data)
    else if (write.op === 'update') transaction.update(write.from, write.data)
    else transaction.delete(write.from)
  }
}
