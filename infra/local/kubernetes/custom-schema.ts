// The part of OpenAPI v3 schemas that custom objects are held to: types, required fields, enums, bounds, defaults,
// and the silent removal of fields that the schema does not know. Thin: no CEL rules, no oneOf / anyOf, no formats.
import type { JsonObject, KubernetesObject } from '../../../shared/manifests/object.ts'
import { isObject } from './frozen-json.ts'
import { type Cause, invalidValue, requiredValue } from './status-error.ts'

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly nullable?: boolean
  readonly default?: unknown
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
}

function schemaOf(schema: JsonObject): Schema {
  return schema // published by whoever defined the kind; wrong parts are read as absent
}

const ofType: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
}

function typeCause(schema: Schema, value: unknown, field: string): Cause | undefined {
  if (schema['x-kubernetes-int-or-string']) {
    if (typeof value === 'string' || Number.isInteger(value)) return undefined
    return invalidValue(field, value, 'must be a whole number or a string')
  }
  if (!schema.type || ofType[schema.type]?.(value)) return undefined
  const message = `must be of type ${schema.type}`
  return { ...invalidValue(field, value, message), reason: 'FieldValueTypeInvalid' }
}

function boundCauses(schema: Schema, value: unknown, field: string): Cause[] {
  const causes: Cause[] = []
  const refuse = (why: string): number => causes.push(invalidValue(field, value, why))
  const { minimum, maximum, minLength = 0, maxLength, minItems = 0, maxItems, pattern } = schema
  if (schema.enum && !schema.enum.includes(value))
    refuse(`must be one of ${schema.enum.join(', ')}`)
  if (typeof value === 'number') {
    if (minimum !== undefined && value < minimum) refuse(`must be at least ${minimum}`)
    if (maximum !== undefined && value > maximum) refuse(`must be at most ${maximum}`)
  }
  if (typeof value === 'string') {
    if (value.length < minLength) refuse(`must be at least ${minLength} characters long`)
    if (maxLength !== undefined && value.length > maxLength)
      refuse(`must be at most ${maxLength} characters long`)
    if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
      refuse(`must match ${pattern}`)
  }
  if (Array.isArray(value)) {
    if (value.length < minItems) refuse(`must have at least ${minItems} items`)
    if (maxItems !== undefined && value.length > maxItems)
      refuse(`must have at most ${maxItems} items`)
  }
  return causes
}

function causesIn(schema: Schema, value: unknown, field: string): Cause[] {
  if (value === undefined || (value === null && schema.nullable)) return []
  const wrongType = typeCause(schema, value, field)
  if (wrongType) return [wrongType]
  const causes = boundCauses(schema, value, field)
  if (Array.isArray(value) && schema.items) {
    const { items } = schema
    return causes.concat(value.flatMap((item, at) => causesIn(items, item, `${field}[${at}]`)))
  }
  if (!isObject(value)) return causes
  const within = (key: string): string => (field ? `${field}.${key}` : key)
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) causes.push(requiredValue(within(key)))
  }
  for (const [key, item] of Object.entries(value)) {
    const known = schema.properties?.[key]
    const other = isObject(schema.additionalProperties) ? schema.additionalProperties : undefined
    const inner = known ?? other
    if (inner) causes.push(...causesIn(inner, item, within(key)))
  }
  return causes
}

/** Removes what the schema does not name and fills in its defaults. */
function conform(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map((item) => conform(items, item)) : value
  }
  if (!isObject(value)) return value
  const { properties, additionalProperties } = schema
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true
  if (!properties && !keepsUnknown && additionalProperties === undefined) {
    return schema.type === 'object' ? {} : value
  }
  const kept: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const known = properties?.[key]
    // As if it were not there, where null is no value.
    if (known && item === null && !known.nullable) continue
    if (known) kept[key] = conform(known, item)
    else if (isObject(additionalProperties)) kept[key] = conform(additionalProperties, item)
    else if (keepsUnknown || additionalProperties === true) kept[key] = item
  }
  for (const [key, known] of Object.entries(properties ?? {})) {
    if (kept[key] === undefined && known.default !== undefined) kept[key] = known.default
  }
  return kept
}

const common = new Set(['apiVersion', 'kind', 'metadata'])

export function defaultCustom(schema: JsonObject, object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata, ...content } = object
  const root = schemaOf(schema)
  const properties = Object.fromEntries(
    Object.entries(root.properties ?? {}).filter(([key]) => !common.has(key)),
  )
  const conformed = conform({ ...root, properties }, content)
  return { ...(conformed as Record<string, unknown>), apiVersion, kind, metadata }
}

export function customCauses(schema: JsonObject, object: KubernetesObject): Cause[] {
  const { apiVersion: _a, kind: _b, metadata: _c, ...content } = object
  const root = schemaOf(schema)
  const required = (root.required ?? []).filter((key) => !common.has(key))
  return causesIn({ ...root, required }, content, '')
}
