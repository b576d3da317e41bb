// What a schema found wrong with a message, as a refusal for whoever sent it.
import type { z } from 'zod'
import type { Reason } from '../../events/lifecycle.ts'
import { cut } from '../domain/cut.ts'
import { allowedBy, shown, valueAt } from '../domain/issue-words.ts'
import type { RefusalCode } from '../domain/reasons/refusal-codes.ts'
import { refusal } from './refusal.ts'

/** An outcome stands for good under its event id, so what is corrected needs another. */
export const SEND_AGAIN = 'publish the event again under a new id'

/** The first thing that a schema found wrong with a value, as a refusal; `root` is prefixed to the field's path. */
export function schemaRefusal(
  code: RefusalCode,
  error: z.ZodError,
  value: unknown,
  root: string,
): Reason {
  const issue = error.issues[0]
  if (!issue) return refusal(code, 'unreadable', { mend: 'compare with events/samples' })
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...issue.path, ...unknown].map(String)
  const field = cut([root, ...path].filter((part) => part !== '').join('.'), 200)
  const found = valueAt(value, path)
  if (unknown.length > 0) {
    return refusal(code, `there is no field "${field}"`, {
      field,
      got: shown(found),
      allowed: 'only the fields of the event, as events/schema has them',
      mend: `remove "${field}" or correct its name, and ${SEND_AGAIN}`,
    })
  }
  const allowed = allowedBy(issue)
  if (field === '') {
    const mend = `compare with events/samples, and ${SEND_AGAIN}`
    return refusal(code, 'the message is not an event', { got: shown(found), allowed, mend })
  }
  if (found === undefined) {
    return refusal(code, `"${field}" is missing`, {
      field,
      got: 'nothing',
      allowed,
      mend: `add "${field}", and ${SEND_AGAIN}`,
    })
  }
  return refusal(code, `"${field}" cannot be ${cut(shown(found), 64)}`, {
    field,
    got: shown(found),
    allowed,
    mend: `correct "${field}", and ${SEND_AGAIN}`,
  })
}
