// JSON Patch, RFC 6902: a list of operations on paths, all or none.
import { isObject, sameJson } from '../frozen-json.ts'
import { badRequest, StatusError } from '../status-error.ts'

interface Operation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

function keysOf(pointer: unknown): string[] {
  if (pointer === '') return []
  if (typeof pointer !== 'string' || !pointer.startsWith('/')) {
    throw badRequest(`${JSON.stringify(pointer)} is no JSON pointer`)
  }
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function missing(keys: readonly string[]): StatusError {
  return new StatusError(422, 'Invalid', `the path /${keys.join('/')} of the patch is not there`)
}

function read(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => {
    const next = Array.isArray(inner)
      ? inner[Number(key)]
      : isObject(inner)
        ? inner[key]
        : undefined
    if (next === undefined) throw missing(keys)
    return next
  }, value)
}

/** A copy in which the place that the keys lead to is changed. */
function edit(
  value: unknown,
  keys: readonly string[],
  change: (holder: unknown[] | Record<string, unknown>, key: string) => void,
  all = keys,
): unknown {
  const [key = '', ...rest] = keys
  if (!Array.isArray(value) && !isObject(value)) throw missing(all)
  const copy: unknown[] | Record<string, unknown> = Array.isArray(value) ? [...value] : { ...value }
  if (rest.length === 0) change(copy, key)
  else if (Array.isArray(copy)) copy[Number(key)] = edit(copy[Number(key)], rest, change, all)
  else copy[key] = edit(copy[key], rest, change, all)
  return copy
}

function add(target: unknown, keys: readonly string[], value: unknown): unknown {
  if (keys.length === 0) return value
  return edit(target, keys, (holder, key) => {
    if (!Array.isArray(holder)) holder[key] = value
    else holder.splice(key === '-' ? holder.length : Number(key), 0, value)
  })
}

function remove(target: unknown, keys: readonly string[]): unknown {
  read(target, keys)
  return edit(target, keys, (holder, key) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else delete holder[key]
  })
}

function step(target: unknown, { op, path, from, value }: Operation): unknown {
  const keys = keysOf(path)
  switch (op) {
    case 'add':
      return add(target, keys, value)
    case 'remove':
      return remove(target, keys)
    case 'replace':
      if (keys.length === 0) return value
      return add(remove(target, keys), keys, value)
    case 'copy':
      return add(target, keys, read(target, keysOf(from)))
    case 'move':
      return add(remove(target, keysOf(from)), keys, read(target, keysOf(from)))
    case 'test':
      if (sameJson(read(target, keys), value)) return target
      throw new StatusError(422, 'Invalid', `testing ${path}: it has another value`)
    default:
      throw new StatusError(
        422,
        'Invalid',
        `unknown operation ${JSON.stringify(op)} in a JSON patch`,
      )
  }
}

/** Throws 400 for what is no list of operations, 422 when it does not apply. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch must be a list of operations')
  return patch.reduce<unknown>((value, operation: unknown) => {
    if (!isObject(operation)) throw badRequest('an operation of a JSON patch must be an object')
    return step(value, operation as unknown as Operation) // each part is checked where it is used
  }, target)
}
