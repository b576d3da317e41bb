// Every way in which a field of a stored document can be wrong, made from the schema and a document that stands in the store:
// a new field is covered by existing.
import type { z } from 'zod'
import type { Fields } from '../../shared/ports.ts'

export interface Mutation {
  /** Path of the field; empty for the document as a whole. */
  readonly field: string
  readonly how: How
  readonly data: Fields
}

export const HOWS = ['missing', 'null', 'other type', 'huge', 'deep', 'future', 'extra'] as const
export type How = (typeof HOWS)[number]

/** The part of a schema that is walked. */
interface Shaped {
  readonly def: {
    readonly type: string
    readonly shape?: Readonly<Record<string, Shaped>>
    readonly options?: readonly Shaped[]
    readonly element?: Shaped
    readonly innerType?: Shaped
  }
  safeParse(data: unknown): { readonly success: boolean }
}

/** Longer than any document may be. */
const HUGE_TEXT = 'x'.repeat(950_000)
const HUGE_NUMBER = 10 ** 15

export function mutationsOf(schema: z.ZodType, data: Fields): Mutation[] {
  // The walk needs no more of a schema than that.
  const fields = fieldsIn(schema, data, [])
  const ofFields = fields.flatMap((field) => wrongWays(data, field))
  return [...ofFields, ...ofWhole(data)]
}

function ofWhole(data: Fields): Mutation[] {
  return [
    { field: '', how: 'future', data: { ...data, format: 2 } },
    { field: '', how: 'other type', data: { ...data, format: 'old' } },
    { field: '', how: 'extra', data: { ...data, added: { later: [1, 'two'] } } },
    { field: '', how: 'huge', data: { ...data, added: HUGE_TEXT } },
  ]
}

/** Paths of the fields that the schema names, in the document or not. */
function fieldsIn(schema: Shaped, value: unknown, path: readonly string[]): string[][] {
  const { def } = schema
  if (def.innerType) return fieldsIn(def.innerType, value, path)
  if (def.options) {
    const meant = def.options.find((option) => option.safeParse(value).success)
    return meant ? fieldsIn(meant, value, path) : []
  }
  if (def.type === 'array' && def.element && Array.isArray(value) && value.length > 0) {
    return fieldsIn(def.element, value[0], [...path, '0'])
  }
  if (!def.shape || typeof value !== 'object' || value === null) return []
  return Object.entries(def.shape).flatMap(([name, inner]) => {
    const at = [...path, name]
    const found: unknown = Reflect.get(value, name)
    return [at, ...fieldsIn(inner, found, at)]
  })
}

function wrongWays(data: Fields, path: readonly string[]): Mutation[] {
  const before = path.reduce<unknown>((at, name) => Reflect.get(Object(at), name), data)
  const field = path.join('.')
  const put = (how: How, value: unknown): Mutation => ({
    field,
    how,
    data: withAt(data, path, value),
  })
  const always = [
    put('null', null),
    put('other type', typeof before === 'string' ? 7 : 'text'),
    put('deep', nested(before, 19 - path.length)),
  ]
  if (before === undefined) return always
  const isObject = typeof before === 'object' && before !== null && !Array.isArray(before)
  return [
    ...always,
    put('missing', undefined),
    put('huge', hugeOf(before)),
    ...(isObject ? [put('extra', { ...before, added: { later: [1, 'two'] } })] : []),
  ]
}

function hugeOf(value: unknown): unknown {
  if (typeof value === 'number') return HUGE_NUMBER
  return typeof value === 'string' ? HUGE_TEXT : { added: HUGE_TEXT }
}

function nested(value: unknown, depth: number): unknown {
  let found: unknown = value ?? 1
  for (let at = 0; at < depth && !isNestedTo(found, depth); at++) found = { deeper: found }
  return found
}

function isNestedTo(value: unknown, depth: number): boolean {
  return (
    depth === 0 ||
    (isObjectLike(value) && Object.values(value).some((each) => isNestedTo(each, depth - 1)))
  )
}

function isObjectLike(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** A copy with another value there; without the field where the value is undefined. */
function withAt(data: Fields, path: readonly string[], value: unknown): Fields {
  const copy = structuredClone(data)
  const parents = path.slice(0, -1)
  const place: unknown = parents.reduce<unknown>((at, name) => Reflect.get(Object(at), name), copy)
  const last = path.at(-1) ?? ''
  if (!isObjectLike(place)) return copy
  if (value === undefined) Reflect.deleteProperty(place, last)
  else Reflect.set(place, last, value)
  return copy
}
