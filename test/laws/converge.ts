// Runs one step until its thing is there, or gone, the way attempts run it: look, work, and try again later; what is seen
// while a call that was cut off may still act is not final.
import { CallError } from '../../shared/call-error.ts'
import type { Outcome } from '../../shared/domain/ledger.ts'
import { EFFECT_WINDOW } from '../../shared/domain/protocol-times.ts'
import { seconds } from '../../shared/domain/time.ts'
import { execute } from '../../shared/runtime/execute.ts'
import { outcomeOf } from '../../shared/runtime/failures.ts'
import type { Lab } from './lab.ts'

type Output = Readonly<Record<string, unknown>>
type Under = Pick<Lab, 'step' | 'input' | 'clock' | 'drive' | 'ports'>

const TRIES = 60
const AFTER_FAILURE = seconds(5)

/**
 * The output once present, or nothing once absent. Throws what makes an attempt fail for good. `again`: it was made before,
 * so it is looked at first.
 */
export async function converge(
  lab: Under,
  direction: 'up' | 'down',
  again?: 'again',
): Promise<Output> {
  const { clock } = lab
  let known: Outcome = { thing: { have: 'unknown' } }
  let horizon = 0
  for (let tries = 0; tries < TRIES; tries++) {
    const isClean = clock.now() >= horizon
    const { operation } = known
    known = await attempt(lab, direction, tries === 0 && !again, operation)
    if (known.mayStillAct) horizon = clock.now() + EFFECT_WINDOW
    const { have } = known.thing
    const isGoal = have === (direction === 'up' ? 'present' : 'absent') && !known.failure
    if (isGoal && isClean) return known.thing.have === 'present' ? known.thing.output : {}
    const wait = isGoal ? horizon - clock.now() : (known.lookIn ?? AFTER_FAILURE)
    await clock.advance(wait)
  }
  throw new Error(`${lab.step.name}: not ${direction} after ${TRIES} attempts: ${say(known)}`)
}

async function attempt(
  lab: Under,
  direction: 'up' | 'down',
  isFirst: boolean,
  operation: string | undefined,
): Promise<Outcome> {
  const { step, input } = lab
  try {
    const work = { step, ports: lab.ports(), input, direction, isFirst, operation }
    return await lab.drive(execute(work))
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    const outcome = outcomeOf(error, { have: 'unknown' }, 0)
    if (outcome.failure?.permanent) throw error
    return outcome
  }
}

function say({ thing, failure }: Outcome): string {
  return JSON.stringify({ thing, failure })
}
