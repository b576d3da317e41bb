// What a patch of a router or firewall rule makes of it: fields that are given replace those before; what a rule is cannot
// change, only what it matches.
import { Refusal } from '../refusal.ts'
import { networkPath } from './resource-paths.ts'
import type { AnyResource, ResourceRow } from './resource-table.ts'
import { type InsertContext, validateResource } from './validate-resource.ts'

/** Throws `invalid`, or `busy` when the resource is not ready. */
export function patchedResource(
  row: ResourceRow,
  patch: AnyResource,
  context: InsertContext,
): AnyResource {
  if (row.phase !== 'ready')
    throw new Refusal('busy', 'resourceNotReady', `The resource '${row.path}' is not ready`)
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  // Fields of the resource's own type, by its collection.
  const next = { ...row.resource, ...Object.fromEntries(given) } as AnyResource
  for (const field of ['network', 'direction'] as const)
    requireSame(field, valueOf(row, row.resource, field), valueOf(row, next, field))
  if ('denied' in row.resource && 'allowed' in patch) throw fixed('allowed')
  if ('allowed' in row.resource && 'denied' in patch) throw fixed('denied')
  const others = new Map([...context.table].filter(([path]) => path !== row.path))
  validateResource(row.collection, next, { ...context, table: others })
  return { ...next, ...('network' in row.resource ? { network: row.resource.network } : {}) }
}

function valueOf({ project }: ResourceRow, resource: object, field: string): unknown {
  const value: unknown = Reflect.get(resource, field)
  return field === 'network' && typeof value === 'string' ? networkPath(project, value) : value
}

function requireSame(field: string, before: unknown, after: unknown): void {
  if (before !== after) throw fixed(field)
}

function fixed(field: string): Refusal {
  return new Refusal(
    'invalid',
    'invalid',
    `Invalid value for field 'resource.${field}'. It cannot be changed once the resource exists.`,
  )
}
