// Faults as people and programs name them, read strictly: what is mistyped is one clear line, with the nearest names.
import { z } from 'zod'
import { nearestWords } from '../../../../shared/catalog/nearest-words.ts'
import { CallError } from '../../../../shared/call-error.ts'
import {
  faultCatalog,
  type FaultInput,
  type FaultName,
  faultNames,
  isFaultName,
} from './fault-catalog.ts'

export interface GivenFault<Name extends FaultName = FaultName> {
  readonly name: Name
  readonly parameters: FaultInput<Name>
}

/** What is sent to set a fault: values as they are, or all of them as text. */
export const FaultRequest = z.strictObject({
  name: z.string(),
  parameters: z.record(z.string(), z.unknown()).default({}),
})
/** Without a name, all are cleared; parameters narrow it to those that hold where these say. */
export const ClearRequest = z.strictObject({
  name: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).default({}),
})

/** Throws `invalid`. */
export function readFaultName(name: string): FaultName {
  if (isFaultName(name)) return name
  const near = nearestWords(name, faultNames)
  throw new CallError(
    'invalid',
    `there is no fault ${JSON.stringify(name)}; did you mean ${near.join(', ')}?`,
  )
}

/** Throws `invalid`, naming the parameter and what it must be. Text stands for the number that it spells. */
export function readFault(
  name: string,
  parameters: Readonly<Record<string, unknown>> = {},
): GivenFault {
  const known = readFaultName(name)
  const { shape } = faultCatalog[known].parameters
  const given = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, readParameter(known, shape, key, value)] as const)
  const values = Object.fromEntries(given)
  const parsed = faultCatalog[known].parameters.safeParse(values)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const key = String(issue?.path[0] ?? '')
    if (key in values) throw wrong(known, key, values[key], issue?.message ?? 'is wrong')
    throw new CallError('invalid', `fault ${known} needs its parameter ${key}: ${help(shape, key)}`)
  }
  return { name: known, parameters: values }
}

type Shape = z.core.$ZodShape

function readParameter(fault: FaultName, shape: Shape, key: string, value: unknown): unknown {
  const schema = Object.hasOwn(shape, key) ? shape[key] : undefined
  if (!schema) {
    const keys = Object.keys(shape)
    const [near] = nearestWords(key, keys, 1)
    const meant =
      near === undefined ? 'it has none' : `did you mean ${near}? It has ${keys.join(', ')}`
    throw new CallError(
      'invalid',
      `fault ${fault} has no parameter ${JSON.stringify(key)}; ${meant}`,
    )
  }
  const as = (each: unknown) => z.safeParse(schema, each)
  const first = as(value)
  if (first.success) return value
  const isNumber = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
  const second = isNumber ? as(Number(value)) : first
  if (second.success) return Number(value)
  throw wrong(fault, key, value, second.error.issues[0]?.message ?? 'is wrong')
}

function wrong(fault: FaultName, key: string, value: unknown, why: string): CallError {
  return new CallError('invalid', `fault ${fault}: ${key} ${JSON.stringify(value)}: ${why}`)
}

function help(shape: Shape, key: string): string {
  return (shape[key] && z.globalRegistry.get(shape[key])?.description) ?? 'see its help'
}
