// What a step is told to make: computed by each claim and kept in the ledger with it, so that whoever undoes it knows what
// may have been made, even if its maker died before it could record anything. Names stay for a life, whatever else changes.
import type { Plan, PlanItem } from '../domain/plan.ts'
import { stepNamed } from '../steps/registry.ts'
import type { RunnableStep } from '../steps/step.ts'

/**
 * The input of one thing, from its subject and the outputs (by step) of what it waits for. Throws what the step's `input`
 * throws: PermanentError when the thing cannot be made as it was asked for.
 */
export function inputOf(
  item: PlanItem,
  subject: Plan['subject'],
  outputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const step = stepNamed(item.step)
  const named = Object.entries(step.after).map(([name, { name: of }]) => [name, outputs[of]])
  const { life, revision, index } = item
  const instance = { subject, life, revision, index }
  // The registry holds steps of every input; what waits for what was checked when the step was declared.
  return step.input(instance, Object.fromEntries(named) as Parameters<RunnableStep['input']>[1])
}
