// A snapshot as a merge patch of the custom resource's status. A merge keeps what a patch does not name, so everything
// that a level may leave out is named as null. Pure.
import { PodLevel, type PodSnapshot } from '../../../events/pod-snapshot.ts'
import type { Json, JsonObject } from '../../../shared/manifests/object.ts'

/**
 * For the custom resource at this version, because the API server looks at nothing else of whose status it writes: not at
 * the uid, so a patch without a version would be taken by another life.
 */
export function statusPatch(resourceVersion: string, snapshot: PodSnapshot): JsonObject {
  const { term, sequence, observedAt, level } = snapshot
  const absent = nulls(PodLevel.shape)
  const phases = { ...nulls(PodLevel.shape.phases.shape), ...level.phases }
  const status = { term, sequence, observedAt, level: { ...absent, ...level, phases } }
  return { metadata: { resourceVersion }, status }
}

function nulls(shape: Readonly<Record<string, unknown>>): Record<string, Json> {
  return Object.fromEntries(Object.keys(shape).map((key) => [key, null]))
}
