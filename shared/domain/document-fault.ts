// What is wrong with a stored document: it does not say what its schema demands, was written by a later format than this code
// knows, or is too large to be written again. Fields that this code does not know are no fault: a later version may add some
// (docs/decisions/0022). Pure.
import type { z } from 'zod'
import { cut } from './cut.ts'
import { allowedBy, shown, valueAt } from './issue-words.ts'

/**
 * The format of documents that this code reads and writes. A document says its own in the field `format`, and none at all
 * while it is 1. It is raised by a change that older code must not touch, and by no other.
 */
export const FORMAT = 1

/** Characters of names and texts. Firestore takes 1 MiB, and what is written next must have room beside it. */
const SIZE_MAX = 900_000

export interface DocumentFault {
  readonly is: 'unreadable' | 'newer' | 'too-large'
  /** Path of the field at fault; empty where it is the document as a whole. */
  readonly field: string
  readonly got: string
  readonly allowed: string
  readonly mend: string
}

export type Checked<Value> = { readonly value: Value } | { readonly fault: DocumentFault }

export function checkDocument<Value>(
  schema: z.ZodType<Value>,
  data: Readonly<Record<string, unknown>>,
): Checked<Value> {
  const fault = formatFault(data['format']) ?? sizeFault(data)
  return fault ? { fault } : checkFields(schema, data)
}

function formatFault(format: unknown): DocumentFault | undefined {
  if (format === undefined || format === FORMAT) return undefined
  const isLater = typeof format === 'number' && Number.isInteger(format) && format > FORMAT
  return {
    is: isLater ? 'newer' : 'unreadable',
    field: 'format',
    got: shown(format),
    allowed: `at most ${FORMAT}, or no such field`,
    mend: isLater
      ? 'deploy the version of Kindling that wrote it, or a later one'
      : 'remove the field "format"',
  }
}

function sizeFault(data: unknown): DocumentFault | undefined {
  const size = sizeOf(data, SIZE_MAX)
  if (size <= SIZE_MAX) return undefined
  return {
    is: 'too-large',
    field: largestField(data),
    got: `more than ${SIZE_MAX} characters`,
    allowed: `at most ${SIZE_MAX} characters in the whole document`,
    mend: 'shorten this field, or restore the document from a backup',
  }
}

/** Characters of all names and texts; counts no further once there are more than `limit`. */
function sizeOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 1
  let size = 0
  for (const [name, field] of Object.entries(value)) {
    size += name.length + sizeOf(field, limit - size)
    if (size > limit) break
  }
  return size
}

function largestField(data: unknown): string {
  const fields = Object.entries(data ?? {}).map(([name, value]) => ({
    name,
    size: sizeOf(value, SIZE_MAX),
  }))
  return fields.toSorted((one, other) => other.size - one.size)[0]?.name ?? ''
}

function checkFields<Value>(schema: z.ZodType<Value>, data: unknown): Checked<Value> {
  const parsed = schema.safeParse(data)
  if (parsed.success) return { value: parsed.data }
  const known = withoutUnknown(data, parsed.error.issues)
  if (known !== undefined) return checkFields(schema, known)
  const [issue] = parsed.error.issues.filter(({ code }) => code !== 'unrecognized_keys')
  const path = (issue?.path ?? []).map(String)
  const found = valueAt(data, path)
  return {
    fault: {
      is: 'unreadable',
      field: cut(path.join('.'), 200),
      got: found === undefined ? 'nothing' : cut(shown(found), 200),
      allowed: cut(issue ? allowedBy(issue) : 'what its schema says', 400),
      mend: 'write what is allowed into this field, or restore the document from a backup',
    },
  }
}

/**
 * Events are strict, so that a mistyped field is refused; what is stored of one may have a field that a later version has
 * added. Undefined when unknown fields are not all that is wrong.
 */
function withoutUnknown(data: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(data)
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') return undefined
    const place = valueAt(copy, issue.path.map(String))
    if (typeof place !== 'object' || place === null) return undefined
    for (const key of issue.keys) Reflect.deleteProperty(place, key)
  }
  return copy
}

/** A stored document that cannot be worked with: parked, with what is wrong, until it is mended. */
export class MalformedDocument extends Error {
  override readonly name = 'MalformedDocument'
  readonly document: string
  readonly fault: DocumentFault
  constructor(document: string, fault: DocumentFault) {
    const { field, got, allowed, mend } = fault
    const where = field === '' ? `document "${document}"` : `document "${document}": "${field}"`
    super(`${where} is ${got}, and must be ${allowed}; ${mend}`)
    this.document = document
    this.fault = fault
  }
}

/** Throws MalformedDocument. */
export function parseDocument<Value>(
  schema: z.ZodType<Value>,
  { path, data }: { readonly path: string; readonly data: Readonly<Record<string, unknown>> },
): Value {
  const checked = checkDocument(schema, data)
  if ('fault' in checked) throw new MalformedDocument(path, checked.fault)
  return checked.value
}
