// What a call would have said, had somebody else made it: the same names, none of our mark.
import { clusterMark, resourceMark } from '../../shared/manifests/labels.ts'

const ids = { account: 'a', workspace: 'w', cluster: 'c' }
const KEYS = new Set([...Object.keys(clusterMark(ids, 1)), ...Object.keys(resourceMark(ids, 1))])

/** Labels, owners and the mark in a description left out, at any depth. */
export function withoutMark(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMark)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !KEYS.has(key) && key !== 'ownerReferences')
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, isMark(key, inner) ? 'of somebody else' : withoutMark(inner)]),
  )
}

function isMark(key: string, value: unknown): boolean {
  return key === 'description' && typeof value === 'string' && value.startsWith('{')
}
