// What a run of the simulation must come by, derived from what Kindling declares: state edges, reasons of endings and
// refusals, kinds of errors with what they mean for a step, outcomes of requests, and faults at each method of each port.
import { terminationCodes } from '../../../shared/domain/reasons/reason.ts'
import { refusalCodes } from '../../../shared/domain/reasons/refusal-codes.ts'
import { RequestOutcome } from '../../../shared/domain/records.ts'
import { transitions } from '../../../shared/domain/states.ts'
import { HANDLING } from '../../../shared/runtime/failures.ts'
import { troubleNames } from '../cloud-troubles.ts'
import { allFaultKinds } from '../weather.ts'
import { callProbes } from './port-methods.ts'

export const edgeProbe = (kind: string, from: string, to: string): string =>
  `state: ${kind} ${from} -> ${to}`
export const codeProbe = (code: string): string => `reason: ${code}`
export const outcomeProbe = (outcome: string): string => `outcome: ${outcome}`
export const errorProbe = (kind: string): string => {
  const handling = Object.entries(HANDLING).find(([each]) => each === kind)?.[1] ?? 'none'
  return `error: ${kind}, handled as ${handling}`
}
export const faultProbe = (kind: string): string => `fault: ${kind}`
export const troubleProbe = (name: string): string => `trouble: ${name}`

export function declaredProbes(): string[] {
  const edges = Object.entries(transitions).flatMap(([kind, ways]) =>
    ways.map(({ from, to }) => edgeProbe(kind, from, to)),
  )
  const outcomes = RequestOutcome.options.map(({ shape }) => outcomeProbe(shape.is.value))
  return [
    ...new Set([
      ...edges,
      ...Object.keys(terminationCodes).map(codeProbe),
      ...Object.keys(refusalCodes).map(codeProbe),
      ...outcomes,
      ...Object.keys(HANDLING).map(errorProbe),
      ...allFaultKinds.map(faultProbe),
      ...troubleNames.map(troubleProbe),
      ...callProbes(),
    ]),
  ]
}
