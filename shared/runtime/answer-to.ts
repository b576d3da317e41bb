// Questions to the cloud that a launch is better off with an answer to, and can go on without.
import type { Reason } from '../../events/lifecycle.ts'
import { CallError } from '../call-error.ts'
import type { World } from '../ports.ts'
import { reasonOfError } from '../steps/google-reason.ts'

interface Answer<Value> {
  readonly value?: Value
  readonly refused?: Reason | undefined
}

/**
 * Where Google says no to the question itself, the launch would be refused as well, minutes later: so it is refused now.
 * Where there is no answer (down, slow, too many calls), nothing is known against the launch: a look ahead that cannot
 * be had must not stand in its way.
 */
export async function answerTo<Value>(
  world: World,
  question: string,
  answer: Promise<Value>,
): Promise<Answer<Value>> {
  try {
    return { value: await answer }
  } catch (error) {
    if (!(error instanceof CallError) || error.kind === 'closed') throw error
    const { kind, message } = error
    if (kind === 'denied') return { refused: reasonOfError(kind, message) }
    world.log('WARNING', 'the cloud did not answer: the launch goes on without', { question, kind })
    return {}
  }
}
