// Fields of a stored document that this code does not know, kept when it writes the document again: while versions change,
// older code works on what newer code has written (docs/decisions/0022). Pure.
import { isDeepStrictEqual } from 'node:util'

type Fields = Readonly<Record<string, unknown>>

/**
 * `next`, to be written in place of `stored`, with what `known` lacks of it: `known` is what this code has read of `stored`.
 * An unknown field stays in its object while that is there; in a list, with the element that is otherwise the same.
 */
export function keepUnknown(stored: unknown, known: unknown, next: unknown): unknown {
  if (!hasUnknown(stored, known)) return next
  return carry(stored, known, next)
}

function hasUnknown(stored: unknown, known: unknown): boolean {
  if (isFields(stored) && isFields(known)) {
    return Object.keys(stored).some(
      (key) => !Object.hasOwn(known, key) || hasUnknown(stored[key], known[key]),
    )
  }
  if (!Array.isArray(stored) || !Array.isArray(known)) return false
  return stored.some((element, at) => hasUnknown(element, known[at]))
}

function carry(stored: unknown, known: unknown, next: unknown): unknown {
  if (isFields(stored) && isFields(known) && isFields(next)) {
    const kept: Record<string, unknown> = { ...next }
    for (const [key, value] of Object.entries(stored)) {
      if (!Object.hasOwn(known, key)) kept[key] ??= value
      else if (Object.hasOwn(next, key)) kept[key] = carry(value, known[key], next[key])
    }
    return kept
  }
  if (!Array.isArray(stored) || !Array.isArray(known) || !Array.isArray(next)) return next
  return next.map((element: unknown) => {
    const at = known.findIndex((before) => isDeepStrictEqual(before, element))
    return at < 0 ? element : carry(stored[at], known[at], element)
  })
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
