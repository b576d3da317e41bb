// Server-side apply, approximately: creates what is not there; else merges, and removes what the same manager applied
// before and leaves out now. What each manager applied is kept beside the objects, by uid.
import type { JsonObject, KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { KubernetesApi } from '../api.ts'
import type { Admit } from '../create-object.ts'
import { isObject, mergePatch } from '../frozen-json.ts'
import { uidOf } from '../object-store.ts'
import { badRequest, StatusError } from '../status-error.ts'
import type { Target } from '../update-object.ts'
import { removals } from './patch-types.ts'
import { strategicMerge } from './strategic-merge.ts'

/** By `uid manager`. */
export type AppliedFields = Map<string, unknown>

interface Applying {
  readonly api: KubernetesApi
  readonly applied: AppliedFields
  readonly manager: string
  readonly admit: Admit
  /** Throws 403 when the caller may change what is there and not make it. */
  readonly mayCreate: () => void
}

export async function applyObject(
  how: Applying,
  target: Target,
  body: unknown,
): Promise<[code: number, object: KubernetesObject]> {
  const { api, applied, manager, admit, mayCreate } = how
  if (!isObject(body)) throw badRequest('what is applied must be an object')
  const given = isObject(body['metadata']) ? body['metadata'] : {}
  const { namespace, name } = target
  const metadata: JsonObject = { ...given, name, ...(namespace ? { namespace } : {}) }
  const wanted = { ...body, metadata }
  const keep = (object: KubernetesObject): KubernetesObject => {
    applied.set(`${uidOf(object)} ${manager}`, wanted)
    return object
  }
  try {
    const updated = api.update(
      target,
      (current) => {
        const before = applied.get(`${uidOf(current)} ${manager}`)
        return strategicMerge(mergePatch(current, removals(before, wanted)), wanted)
      },
      admit,
    )
    return [200, keep(updated)]
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 404 || target.subresource) throw error
    mayCreate()
    return [201, keep(await api.create(wanted, admit))]
  }
}
