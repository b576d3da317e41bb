// Why something ended, is not whole, or takes no session: every such reason is made here, from the catalogue. Refusals of requests are made
// in shared/runtime/refusal.ts.
import type { Reason } from '../../../events/lifecycle.ts'
import { cut } from '../cut.ts'
import { cloudCodes } from './cloud-codes.ts'
import { endingCodes } from './ending-codes.ts'
import { podCodes } from './pod-codes.ts'
import { messageOf, type ParametersOf } from './reason-code.ts'
import { sessionCodes } from './session-codes.ts'

export const terminationCodes = { ...endingCodes, ...podCodes, ...cloudCodes } as const

export type TerminationCode = keyof typeof terminationCodes

const reasonCodes = { ...terminationCodes, ...sessionCodes } as const

/** Characters of each part, as the lifecycle event allows them. */
const LIMITS = { message: 1024, mend: 512, parameter: 512 }

/** The reason of this code; its parameters are what its message names. */
export function reasonOf<Code extends keyof typeof reasonCodes>(
  code: Code,
  parameters: ParametersOf<(typeof reasonCodes)[Code]['message']>,
): Reason {
  const { type, message, mend } = reasonCodes[code]
  const known = Object.entries<string | undefined>(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, cut(value, LIMITS.parameter)] as const],
  )
  return {
    code,
    type,
    message: cut(messageOf(message, Object.fromEntries(known)), LIMITS.message),
    mend: cut(mend, LIMITS.mend),
    ...(known.length > 0 ? { parameters: Object.fromEntries(known) } : {}),
  }
}
