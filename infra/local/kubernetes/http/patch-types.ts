// The four patch types of the Kubernetes API by their content type. Server-side apply is an approximation: fields that a
// manager applied before and leaves out now are removed, but nobody owns a field and there are no conflicts.
import { type KubernetesObject } from '../../../../shared/manifests/object.ts'
import { isObject, mergePatch } from '../frozen-json.ts'
import { badRequest, StatusError } from '../status-error.ts'
import { jsonPatch } from './json-patch.ts'
import { strategicMerge } from './strategic-merge.ts'

export type Change = (current: KubernetesObject) => unknown

export const applyType = 'application/apply-patch+yaml'

/** Throws 400 and 415. */
export function changeOf(contentType: string, patch: unknown, custom: boolean): Change {
  switch (contentType) {
    case 'application/merge-patch+json':
      if (!isObject(patch)) throw badRequest('a merge patch must be an object')
      return (current) => mergePatch(current, patch)
    case 'application/strategic-merge-patch+json':
      if (custom) break
      if (!isObject(patch)) throw badRequest('a strategic merge patch must be an object')
      return (current) => strategicMerge(current, patch)
    case 'application/json-patch+json':
      return (current) => jsonPatch(current, patch)
    case applyType:
      if (!isObject(patch)) throw badRequest('what is applied must be an object')
      return (current) => strategicMerge(current, patch)
  }
  throw new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format: ${contentType}`,
  )
}

/** What the fields of `before` that `after` leaves out take to be removed: nulls, as a merge patch has them. */
export function removals(before: unknown, after: unknown): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  if (!isObject(before) || !isObject(after)) return found
  for (const [key, value] of Object.entries(before)) {
    if (after[key] === undefined) found[key] = null
    else if (isObject(value)) {
      const inner = removals(value, after[key])
      if (Object.keys(inner).length > 0) found[key] = inner
    }
  }
  return found
}
