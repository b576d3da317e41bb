// Refusals of requests: code, the field's path, what was got, what is allowed, and how to mend it.
import type { Reason } from '../../events/lifecycle.ts'
import { cut } from '../domain/cut.ts'
import { type RefusalCode, refusalCodes } from '../domain/reasons/refusal-codes.ts'

export interface Particulars {
  readonly field?: string
  readonly got?: string
  readonly allowed?: string
  readonly mend: string
}

/** Characters of each part, as the lifecycle event allows them. */
const LIMITS = { message: 1024, field: 256, got: 256, allowed: 512, mend: 512 }

/** A refusal of this code. Codes are those of the Databricks REST API (databricks error_code). */
export function refusal(code: RefusalCode, message: string, particulars: Particulars): Reason {
  const { field, got, allowed, mend } = particulars
  return {
    code,
    type: refusalCodes[code].type,
    message: cut(message, LIMITS.message),
    ...(field === undefined ? {} : { field: cut(field, LIMITS.field) }),
    ...(got === undefined ? {} : { got: cut(got, LIMITS.got) }),
    ...(allowed === undefined ? {} : { allowed: cut(allowed, LIMITS.allowed) }),
    mend: cut(mend, LIMITS.mend),
  }
}
