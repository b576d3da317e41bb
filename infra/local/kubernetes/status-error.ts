// A refusal of the API server, in its own terms: code, reason and details as a `Status` object has them.
// The in-process face maps it to a CallError, the wire face writes it out.
import type { Resource } from '../../../shared/manifests/kinds.ts'

export interface Cause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly Cause[]
  readonly retryAfterSeconds?: number
}

export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly code: number
  readonly reason: string
  readonly details: StatusDetails

  constructor(code: number, reason: string, message: string, details: StatusDetails = {}) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
  }
}

type Named = Pick<Resource, 'plural' | 'group' | 'kind'>

/** `deployments.apps`, or `pods` for the core group. */
export function qualifiedPlural(resource: Pick<Resource, 'plural' | 'group'>): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural
}

function detailsOf(resource: Named, name: string): StatusDetails {
  return { name, kind: resource.plural, ...(resource.group ? { group: resource.group } : {}) }
}

export function notFound(resource: Named, name: string): StatusError {
  const message = `${qualifiedPlural(resource)} "${name}" not found`
  return new StatusError(404, 'NotFound', message, detailsOf(resource, name))
}

/** The answer for a path that the server does not serve at all. */
export function noSuchKind(apiVersion: string, kind: string): StatusError {
  const message = `the server could not find the requested resource (${kind} of ${apiVersion})`
  return new StatusError(404, 'NotFound', message)
}

export function alreadyExists(resource: Named, name: string): StatusError {
  const message = `${qualifiedPlural(resource)} "${name}" already exists`
  return new StatusError(409, 'AlreadyExists', message, detailsOf(resource, name))
}

export function conflict(resource: Named, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedPlural(resource)} "${name}": ${why}`
  return new StatusError(409, 'Conflict', message, detailsOf(resource, name))
}

export const staleObject =
  'the object has been modified; please apply your changes to the latest version and try again'

export function forbidden(resource: Named, name: string, why: string): StatusError {
  const message = `${qualifiedPlural(resource)} "${name}" is forbidden: ${why}`
  return new StatusError(403, 'Forbidden', message, detailsOf(resource, name))
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message)
}

export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message)
}

export function invalid(resource: Named, name: string, causes: readonly Cause[]): StatusError {
  const listed = causes.map((cause) => `${cause.field}: ${cause.message}`)
  const text = listed.length === 1 ? listed[0] : `[${listed.join(', ')}]`
  const kind = resource.group ? `${resource.kind}.${resource.group}` : resource.kind
  const message = `${kind} "${name}" is invalid: ${text}`
  // Here the details have the kind itself, not its plural.
  const details = { ...detailsOf(resource, name), kind: resource.kind, causes }
  return new StatusError(422, 'Invalid', message, details)
}

/** One thing wrong with a field, worded as the API server does. */
export function invalidValue(field: string, value: unknown, why: string): Cause {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`
  return { reason: 'FieldValueInvalid', field, message }
}

export function requiredValue(field: string, why = ''): Cause {
  return { reason: 'FieldValueRequired', field, message: `Required value${why && `: ${why}`}` }
}

export function forbiddenValue(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` }
}
