// A JSON Schema as rows that a person can read. Knows the keywords that Kindling's events use and refuses others.
import type { z } from 'zod'

type Schema = z.core.JSONSchema.BaseSchema

/** One leaf of a schema. `value` and `presence` are Markdown. */
export interface FieldRow {
  readonly path: string
  readonly value: string
  readonly presence: string
}

/** The leaves of an object's schema, in order, with dotted paths; `[]` stands for each item of a list. */
export function fieldRows(schema: Schema, path = ''): FieldRow[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    if (typeof field === 'boolean') throw new Error(`field "${path}${name}" has no schema`)
    const own = { path: path + name, presence: presenceOf(field, required.has(name)) }
    const item = itemOf(field)
    if (item) {
      const row = { ...own, value: `list, at most ${field.maxItems ?? 'any number'}` }
      return [row, ...fieldRows(item, `${own.path}[].`)]
    }
    if (field.oneOf) return [{ ...own, value: 'one of:' }, ...kindRows(field.oneOf, own.path)]
    if (!field.properties) return [{ ...own, value: valueOf(field, own.path) }]
    const group = required.has(name) ? [] : [{ ...own, value: 'a group, as follows' }]
    return [...group, ...fieldRows(field, `${own.path}.`)]
  })
}

/** The kinds of a group that are told apart by one field's value: that value, then what is said with it. */
function kindRows(kinds: readonly Schema[], path: string): FieldRow[] {
  return kinds.flatMap((kind) => {
    const [first, ...rest] = fieldRows(kind, `${path}.`)
    if (!first) throw new Error(`field "${path}": a kind without a field that tells it`)
    const withIt = rest.map((row) => ({ ...row, presence: `${row.presence}, with ${first.value}` }))
    return [first, ...withIt]
  })
}

function itemOf(field: Schema): Schema | undefined {
  const { items } = field
  return typeof items === 'object' && !Array.isArray(items) ? items : undefined
}

function presenceOf(field: Schema, required: boolean): string {
  const note = field.description === undefined ? '' : `. ${field.description}`
  if (field.default !== undefined) return `default ${code(JSON.stringify(field.default))}${note}`
  return `${required ? 'required' : 'optional'}${note}`
}

function valueOf(field: Schema, path: string): string {
  if (field.const !== undefined) return code(JSON.stringify(field.const))
  if (field.enum) return field.enum.map((value) => code(JSON.stringify(value))).join(' or ')
  const choices = field.anyOf ?? []
  if (choices.length > 0) return choices.map((choice) => valueOf(choice, path)).join(' or ')
  if (field.pattern) return `text like ${code(field.pattern)}`
  if (field.type === 'integer') return `whole number${range(field.minimum, field.maximum)}`
  if (field.type === 'string')
    return `text${range(field.minLength, field.maxLength, ' characters')}`
  if (field.type === 'boolean') return '`true` or `false`'
  if (field.type === 'object' && field.additionalProperties) return 'texts by name'
  throw new Error(`field "${path}": no words for ${JSON.stringify(field)}`)
}

function range(least: number | undefined, most: number | undefined, unit = ''): string {
  const bounded = most !== undefined && most < Number.MAX_SAFE_INTEGER
  if (bounded)
    return least === undefined ? `, at most ${most}${unit}` : `, ${least} to ${most}${unit}`
  return least === undefined ? '' : `, at least ${least}${unit}`
}

/** Code in a table cell: the cell's own separator is escaped. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}
