// The REST paths of kinds and objects. Kinds that the table does not have are asked for by discovery, once each.
import { CallError } from '../call-error.ts'
import { resourceOf, type Resource, splitApiVersion } from '../manifests/kinds.ts'
import type { KindRef, ObjectRef } from '../manifests/object.ts'
import type { KubernetesConnection } from './kubernetes-connection.ts'
import { isForeignPage, parsedAnswer } from './kubernetes-answer.ts'

export type RestResource = Pick<Resource, 'kind' | 'plural' | 'namespaced'>

export interface KubernetesPaths {
  /** The path of a kind's objects, in a namespace or in all; nothing when the server does not know the kind. */
  collection(ref: KindRef): Promise<string | undefined>
  /** The path of one object; nothing when the server does not know the kind. Throws `invalid` for a name that is none. */
  object(ref: ObjectRef, subresource?: 'status'): Promise<string | undefined>
}

function rootOf(apiVersion: string): string {
  return splitApiVersion(apiVersion).group ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

interface ResourceList {
  readonly resources?: readonly {
    readonly kind: string
    readonly name: string
    readonly namespaced: boolean
  }[]
}

export function kubernetesPaths(connection: KubernetesConnection): KubernetesPaths {
  const found = new Map<string, RestResource>()

  /** Not found is not kept: a definition may come at any time. */
  async function discover({ apiVersion, kind }: KindRef): Promise<RestResource | undefined> {
    const key = `${apiVersion} ${kind}`
    const known = resourceOf(apiVersion, kind) ?? found.get(key)
    if (known) return known
    const what = `discover ${kind} of ${apiVersion}`
    const answer = await connection.call({ method: 'GET', path: rootOf(apiVersion), what })
    if (answer.status === 404 && !isForeignPage(answer)) return undefined
    if (answer.status !== 200) throw new CallError('unavailable', `${what}: HTTP ${answer.status}`)
    const { resources = [] } = parsedAnswer(answer, what, false) as ResourceList
    const entry = resources.find((each) => each.kind === kind && !each.name.includes('/'))
    if (!entry) return undefined
    const resource = { kind, plural: entry.name, namespaced: entry.namespaced }
    found.set(key, resource)
    return resource
  }

  async function collection(ref: KindRef): Promise<string | undefined> {
    const resource = await discover(ref)
    if (!resource) return undefined
    const { namespace } = ref
    if (namespace !== undefined && !resource.namespaced) {
      throw new CallError(
        'invalid',
        `${ref.kind} is in no namespace, and ${JSON.stringify(namespace)} was given`,
      )
    }
    const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
    return `${rootOf(ref.apiVersion)}${within}/${resource.plural}`
  }

  return {
    collection,
    async object(ref, subresource) {
      const resource = await discover(ref)
      if (!resource) return undefined
      // Without them the path would be that of a whole collection.
      if (!ref.name || (resource.namespaced && !ref.namespace)) {
        throw new CallError(
          'invalid',
          `${ref.kind}: ${ref.name ? 'a namespace' : 'a name'} must be given`,
        )
      }
      const path = `${await collection(ref)}/${encodeURIComponent(ref.name)}`
      return subresource === undefined ? path : `${path}/${subresource}`
    },
  }
}
