// JSON values that nobody can change: stored objects are handed out without copying, to any number of watchers.
// Everything that enters the engine is copied once; from then on a frozen value is known to be frozen all the way down.
import type { Json } from '../../../shared/manifests/object.ts'

/**
 * A deep, frozen copy without the keys whose value is undefined, as a trip over the wire would leave it. What is frozen
 * already is taken as it is: of a patched object most parts are those that were stored.
 */
export function frozenCopy<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item: unknown) => frozenCopy(item ?? null))) as T
  }
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key]
    if (item !== undefined && key !== '__proto__') copy[key] = frozenCopy(item)
  }
  return Object.freeze(copy) as T
}

/** Freezes the levels that were made anew; what is frozen already is left alone. */
export function freezeDeep<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value
  for (const item of Object.values(value)) freezeDeep(item)
  return Object.freeze(value)
}

export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (left === null || right === null) return false
  if (typeof left !== 'object' || typeof right !== 'object') return false
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false
    return left.every((item, index) => sameJson(item, right[index]))
  }
  const one = left as Record<string, unknown>
  const other = right as Record<string, unknown>
  const keys = Object.keys(one).filter((key) => one[key] !== undefined)
  const others = Object.keys(other).filter((key) => other[key] !== undefined)
  if (keys.length !== others.length) return false
  return keys.every((key) => sameJson(one[key], other[key]))
}

export function isObject(value: unknown): value is Record<string, Json | undefined> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** RFC 7396: null removes, objects merge, everything else replaces. Shares what it does not change. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || key === '__proto__') continue
    if (value === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], value)
  }
  return merged
}
