// What a schema found wrong with a value, in words: what is allowed, and what was got. The value is anybody's, so nothing here
// may depend on its size, depth or characters.
import type { z } from 'zod'
import { cut } from './cut.ts'

// --- What is allowed --------------------------------------------------------------------------------------------

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object, as events/schema has it',
  array: 'a list',
  nonoptional: 'any JSON value, as events/schema has it',
}

/** What a schema allows, of all branches where there are several. A schema's own words are better than any of these. */
export function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.flatMap((errors) => errors.map(allowedBy))
    return branches.length > 0 ? [...new Set(branches)].join(', or ') : issue.message
  }
  const isOwn = !/^(Invalid|Too |Unrecognized)/.test(issue.message)
  if (isOwn) return issue.message
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ')
  if (issue.code === 'too_small') return `at least ${quantity(issue.minimum, issue.origin)}`
  if (issue.code === 'too_big') return `at most ${quantity(issue.maximum, issue.origin)}`
  return issue.message
}

function quantity(count: number | bigint, origin: string): string {
  const unit = origin === 'string' ? 'character' : 'item'
  if (origin !== 'string' && origin !== 'array') return String(count)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

// --- What was got -----------------------------------------------------------------------------------------------

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined
    found = Reflect.get(found, part)
  }
  return found
}

const SHOWN_DEPTH = 4
const SHOWN_ITEMS = 8

/** A value as JSON, cut short wherever it is long or deep: JSON.stringify throws on what is nested too deeply. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : inner(value, SHOWN_DEPTH)
}

function inner(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(cut(value, 64))
  if (typeof value !== 'object' || value === null) return String(value)
  const isList = Array.isArray(value)
  const fields = Object.keys(value)
  const texts = fields.slice(0, depth === 0 ? 0 : SHOWN_ITEMS).map((field) => {
    const text = inner(Reflect.get(value, field), depth - 1)
    return isList ? text : `${JSON.stringify(cut(field, 64))}:${text}`
  })
  if (fields.length > texts.length) texts.push('...')
  return isList ? `[${texts.join(',')}]` : `{${texts.join(',')}}`
}
