// A look at a thing that is on its way, without a claim: who only looks can do no harm, so the record alone decides, on the
// version of the entry that was read before the look began (docs/decisions/0008). Where something has to be done, or the
// look tells nothing, the attempt is run as ever.
import { CallError } from '../call-error.ts'
import { LedgerEntry, type Outcome } from '../domain/ledger.ts'
import { ledgerPath, runPath } from '../domain/paths.ts'
import { Run } from '../domain/run.ts'
import { type Instant, seconds } from '../domain/time.ts'
import type { World } from '../ports.ts'
import { stepNamed } from '../steps/registry.ts'
import type { RunnableStep } from '../steps/step.ts'
import { type AttemptRef, plannedItem } from './claim.ts'
import { lookOnly } from './execute.ts'
import { HANDLING, outcomeOf, textOf } from './failures.ts'
import { type Attempted, NOT_MINE, record } from './record.ts'
import { stepPorts } from './step-ports.ts'
import { read, type Stored } from './stored.ts'
import { withTimeLimit } from '../time-limit.ts'

/** A look that takes longer is left to an attempt, so that one that hangs keeps nobody else waiting. */
const LOOK_LIMIT = seconds(5)
/** As if claimed so long ago that no mutation may begin. */
const LOOKS_ONLY = Number.NEGATIVE_INFINITY

interface Glance {
  readonly step: RunnableStep
  readonly stored: Stored<LedgerEntry>
  readonly subject: Extract<Run, { is: 'active' }>['plan']['subject']
  readonly direction: 'up' | 'down'
  /** Before the look began, by the store's clock. */
  readonly at: Instant
}

/** What the look came to, or undefined when the attempt of this number is to be run instead. */
export async function look(world: World, ref: AttemptRef): Promise<Attempted | undefined> {
  const glance = await before(world, ref)
  if (!glance) return undefined
  const outcome = await see(world, ref, glance)
  if (!outcome) return undefined
  const { stored, subject, direction, step } = glance
  const { thing, lookAt, input } = stored.value
  const isNothingNew = outcome.thing.have === thing.have && lookAt > glance.at
  if (isNothingNew) return NOT_MINE
  const { newest, now } = await world.store.snapshot(async (reader) => ({
    newest: await reader.get(stored.document.path),
    now: reader.readTime(),
  }))
  // Somebody has claimed it meanwhile, and may have acted after this look.
  if (newest?.version !== stored.document.version) return NOT_MINE
  const looker = { ref, subject, direction, isClean: true }
  return record(world, step, looker, { stored, now }, { outcome, input })
}

/** Whether a look can tell anything: the thing is on its way and nobody works on it, or can still have an effect on it. */
export function canTell(entry: LedgerEntry, { generation, n }: AttemptRef, now: Instant): boolean {
  if (entry.claim.open || entry.g !== generation || entry.n + 1 !== n) return false
  const isOnItsWay = entry.thing.have === 'coming' || entry.thing.have === 'leaving'
  return (
    isOnItsWay &&
    entry.input !== undefined &&
    entry.failure === undefined &&
    now >= entry.zombieUntil
  )
}

async function before(world: World, ref: AttemptRef): Promise<Glance | undefined> {
  const { run, stored, at } = await world.store.snapshot(async (reader) => ({
    run: await read(reader, runPath(ref.entity, ref.generation), Run),
    stored: await read(reader, ledgerPath(ref.entity, ref.key), LedgerEntry),
    at: reader.readTime(),
  }))
  if (run?.value.is !== 'active' || !stored || !canTell(stored.value, ref, at)) return undefined
  const direction = plannedItem(run.value, ref.key) ? 'up' : 'down'
  const way = direction === 'up' ? 'coming' : 'leaving'
  if (stored.value.thing.have !== way) return undefined
  const step = stepNamed(stored.value.item.step)
  return { step, stored, subject: run.value.plan.subject, direction, at }
}

async function see(world: World, ref: AttemptRef, glance: Glance): Promise<Outcome | undefined> {
  const { step, stored, subject, direction } = glance
  const { input, operation } = stored.value
  if (!input) return undefined
  try {
    const ports = stepPorts(world, subject.identity, LOOKS_ONLY)
    const looking = lookOnly({ step, ports, input, direction, operation })
    return await withTimeLimit(world.clock, LOOK_LIMIT, looking, () => undefined)
  } catch (error) {
    // It asks us to come back, and would tell an attempt the same.
    if (error instanceof CallError && HANDLING[error.kind] === 'look')
      return outcomeOf(error, stored.value.thing, world.clock.random())
    world.log('WARNING', 'look failed', { ...ref, error: textOf(error) })
    return undefined
  }
}
