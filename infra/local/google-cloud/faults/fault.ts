// What a kind of fault is: a name in the catalogue, a sentence of help, and typed parameters that say where it holds and how.
import { z } from 'zod'
import { machineType } from '../../../../shared/catalog/machine-types.ts'
import { regionOfZone, zonesOf } from '../../../../shared/catalog/regions.ts'

export interface Fault<
  Is extends 'standing' | 'once' = 'standing' | 'once',
  Shape extends z.core.$ZodShape = z.core.$ZodShape,
> {
  /** `standing` holds until it is cleared; `once` happens when it is set, and is over. */
  readonly is: Is
  readonly says: string
  readonly parameters: z.ZodObject<Shape, z.core.$strict>
  /** Parameters that say what it holds for; left out, it holds everywhere. Two that agree in these are one: the later. */
  readonly where: readonly string[]
}

/** `where`: what it holds for; `how`: how bad it is. */
export function standing<Where extends z.core.$ZodShape, How extends z.core.$ZodShape>(
  says: string,
  where: Where,
  how: How,
): Fault<'standing', Where & How> {
  // Zod forgets that the two together are their intersection.
  const parameters = z.strictObject({ ...where, ...how }) as z.ZodObject<
    Where & How,
    z.core.$strict
  >
  return { is: 'standing', says, parameters, where: Object.keys(where) }
}

export function once<Shape extends z.core.$ZodShape>(
  says: string,
  shape: Shape,
): Fault<'once', Shape> {
  return { is: 'once', says, parameters: z.strictObject(shape), where: [] }
}

// --- Parameters that several kinds share ---

const text = z.string().min(1)

const isZone = (zone: string): boolean => zonesOf(regionOfZone(zone))?.includes(zone) === true

export const zone = text
  .refine(isZone, 'is no zone of a known region; one is europe-west4-a')
  .optional()
  .describe('a zone, such as europe-west4-a')
export const region = text
  .refine((name) => zonesOf(name) !== undefined, 'is no known region; one is europe-west4')
  .optional()
  .describe('a region, such as europe-west4')
export const project = text.optional().describe("a customer's project")
export const cluster = text.optional().describe('a GKE cluster, by name or path')
export const pool = text.optional().describe('a node pool, by name')
export const namespace = text.optional().describe('a namespace, which is one Spark cluster')
export const role = z.enum(['driver', 'executor']).optional().describe('which pods of a cluster')
export const service = z.enum(['container', 'compute']).optional().describe('an API')
export const machine = text
  .refine((name) => machineType(name) !== undefined, 'is no known machine type')
  .optional()
  .describe('a machine type, such as n2-standard-8')

export const chance = z.number().min(0).max(1).default(1).describe('how often, from 0 to 1 (1)')
export const times = z.int().min(1).optional().describe('after so many times it is over (never)')
export const message = text.max(500).optional().describe('what it says, in place of its own words')
/** Seconds of the simulated cloud's own time. */
export const seconds = z
  .number()
  .min(0)
  .max(7 * 24 * 3600)
