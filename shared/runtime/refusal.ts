// Refusals of requests: code, the field's path, what was got, what is allowed, and how to mend it.
import type { z } from 'zod'
import type { Reason } from '../../events/lifecycle.ts'

export interface Particulars {
  readonly field?: string
  readonly got?: string
  readonly allowed?: string
  readonly mend: string
}

const LIMITS = { message: 1024, field: 256, got: 256, allowed: 512, mend: 512 }

/** A refusal of this code. Codes are those of the Databricks REST API (databricks error_code). */
export function refusal(code: string, message: string, particulars: Particulars): Reason {
  const { field, got, allowed, mend } = particulars
  return {
    code,
    type: 'CLIENT_ERROR',
    message: message.slice(0, LIMITS.message),
    ...(field === undefined ? {} : { field: field.slice(0, LIMITS.field) }),
    ...(got === undefined ? {} : { got: got.slice(0, LIMITS.got) }),
    ...(allowed === undefined ? {} : { allowed: allowed.slice(0, LIMITS.allowed) }),
    mend: mend.slice(0, LIMITS.mend),
  }
}

/** The first thing that a schema found wrong with a value, as a refusal; `root` is prefixed to the field's path. */
export function refusalOf(code: string, error: z.ZodError, value: unknown, root: string): Reason {
  const issue = error.issues[0]
  if (!issue) return refusal(code, 'unreadable', { mend: 'compare with events/samples' })
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...issue.path, ...unknown].map(String)
  const field = [root, ...path].filter((part) => part !== '').join('.')
  const found = valueAt(value, path)
  if (unknown.length > 0) {
    return refusal(code, `there is no field "${field}"`, {
      field,
      got: textOf(found),
      allowed: 'only the fields of the event, as events/schema has them',
      mend: `remove "${field}", or correct its name`,
    })
  }
  const isMissing = found === undefined
  return refusal(code, isMissing ? `"${field}" is missing` : `"${field}" has a wrong value`, {
    field: field === '' ? 'the message' : field,
    got: isMissing ? 'nothing' : textOf(found),
    allowed: allowedBy(issue),
    mend: isMissing ? `add "${field}"` : `correct "${field}"`,
  })
}

/** What a schema allows, of all branches where there are several. */
function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message
  const branches = issue.errors.flatMap((errors) => errors.map((inner) => inner.message))
  return branches.length > 0 ? branches.join(', or ') : issue.message
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined
    found = Reflect.get(found, part)
  }
  return found
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
}
