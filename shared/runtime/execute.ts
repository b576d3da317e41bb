// One attempt's work on the world: look, then make or remove, and say what was found. Records nothing.
import { CallError, type CallErrorKind } from '../call-error.ts'
import type { Outcome } from '../domain/ledger.ts'
import { LOOK_PERIOD } from '../domain/protocol-times.ts'
import { seconds } from '../domain/time.ts'
import { isOver } from '../steps/compute.ts'
import { type RunnableStep, notOurs, type Observed, type StepPorts } from '../steps/step.ts'

type Fields = Readonly<Record<string, unknown>>

export interface Work {
  readonly step: RunnableStep
  readonly ports: StepPorts
  readonly input: Fields
  readonly direction: 'up' | 'down'
  /** Nothing of this name was ever tried before, so there is nothing to look for. */
  readonly isFirst: boolean
  /** The operation that an earlier attempt began. */
  readonly operation: string | undefined
}

/** What is removed at once is seen to be gone within this time; what takes longer is looked at again later. */
const SEE_IT_GO = seconds(10)

export function execute(work: Work): Promise<Outcome> {
  return work.direction === 'up' ? make(work) : remove(work)
}

/** What a look alone can tell: there, gone, or still on the way. Undefined where something has to be done. */
export async function lookOnly(work: Omit<Work, 'isFirst'>): Promise<Outcome | undefined> {
  const { step, ports, input, direction } = work
  if (direction === 'up' && (await isBeingBuilt(work))) return outcomeOf({ is: 'pending' })
  const seen = await step.observe(ports, input)
  const expected = direction === 'up' ? ['present', 'pending'] : ['absent', 'leaving']
  if (seen.is === 'foreign' || seen.is === 'partial' || seen.is === 'broken') return undefined
  return expected.includes(seen.is) ? outcomeOf(seen) : undefined
}

type Begun = Pick<Work, 'step' | 'ports' | 'operation'>

/** Compute shows a thing before it can be built on: it is there when the operation that makes it is over. */
async function isBeingBuilt({ step, ports, operation }: Begun): Promise<boolean> {
  return step.lane === 'network' && operation !== undefined && !(await isOver(ports, operation))
}

async function make(work: Work): Promise<Outcome> {
  const { step, ports, input } = work
  if (await isBeingBuilt(work)) return outcomeOf({ is: 'pending' })
  const looksFirst = !work.isFirst || step.lane === 'store'
  const seen = looksFirst ? await step.observe(ports, input) : { is: 'absent' as const }
  if (seen.is === 'foreign') throw notOurs(step.name, seen.what)
  if (seen.is === 'broken') throw seen.error
  if (seen.is !== 'absent' && seen.is !== 'partial') return outcomeOf(seen)
  await throwFailureOf(work)
  return outcomeOf(await step.apply(ports, input, work.isFirst))
}

async function remove(work: Work): Promise<Outcome> {
  const { step, ports, input } = work
  const seen = await step.observe(ports, input)
  const isOthers = seen.is === 'foreign' && !seen.isInside
  if (seen.is === 'absent' || isOthers) return { thing: { have: 'absent' } }
  const isUnderWay = seen.is === 'leaving'
  const begun = isUnderWay ? seen : await step.undo(ports, input)
  const leaving = outcomeOf({ is: 'leaving', ...begun })
  const takesLong = isUnderWay && (begun.lookIn ?? LOOK_PERIOD) > SEE_IT_GO
  if (takesLong || begun.operation !== undefined) return leaving
  // Gone is believed only when seen.
  for (let waited = 0, wait = 0; waited <= SEE_IT_GO; waited += wait) {
    const after = await step.observe(ports, input)
    if (after.is === 'absent') return { thing: { have: 'absent' } }
    wait = Math.max(100, wait * 2)
    await ports.clock.sleep(wait)
  }
  return leaving
}

/** gRPC codes of operations that ended badly, as kinds. */
const OPERATION_ERRORS: Readonly<Record<number, CallErrorKind>> = {
  3: 'invalid',
  7: 'denied',
  8: 'quota',
}

/** What an operation was to make is not there: if that is because it failed, the failure counts. */
async function throwFailureOf({ step, ports, operation }: Work): Promise<void> {
  if (operation === undefined || (step.lane !== 'gke' && step.lane !== 'pool')) return
  const ended = await ports.gke.getOperation(operation)
  if (!ended?.error) return
  const { code, message } = ended.error
  throw new CallError(OPERATION_ERRORS[code] ?? 'failed', `${operation}: ${message}`)
}

function outcomeOf(
  seen: Exclude<Observed<Fields>, { is: 'foreign' | 'partial' | 'broken' }>,
): Outcome {
  if (seen.is === 'absent') return { thing: { have: 'absent' } }
  if (seen.is === 'present') return { thing: { have: 'present', output: { ...seen.output } } }
  return {
    thing: { have: seen.is === 'pending' ? 'coming' : 'leaving' },
    lookIn: seen.lookIn ?? LOOK_PERIOD,
    ...(seen.operation === undefined ? {} : { operation: seen.operation }),
  }
}
