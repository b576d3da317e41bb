// The catalogue of faults in words, for help texts and documents. Pure.
import { z } from 'zod'
import { faultCatalog, type FaultName } from './fault-catalog.ts'

export interface ParameterHelp {
  readonly name: string
  /** What it may be: `number`, `text`, or the words to choose from. */
  readonly takes: string
  readonly says: string
  readonly isRequired: boolean
}

export interface FaultHelp {
  readonly name: FaultName
  readonly says: string
  readonly isOnce: boolean
  readonly parameters: readonly ParameterHelp[]
}

export function faultHelp(name: FaultName): FaultHelp {
  const { is, says, parameters } = faultCatalog[name]
  const shape: z.core.$ZodShape = parameters.shape
  return {
    name,
    says,
    isOnce: is === 'once',
    parameters: Object.entries(shape).map(([parameter, schema]) => ({
      name: parameter,
      takes: takes(schema),
      says: z.globalRegistry.get(schema)?.description ?? '',
      isRequired: !z.safeParse(schema, undefined).success,
    })),
  }
}

function takes(schema: z.core.$ZodType): string {
  const { type, enum: words } = z.toJSONSchema(schema, { io: 'input' })
  if (words) return words.join('|')
  return type === 'number' || type === 'integer' ? 'N' : 'TEXT'
}
