// Field selectors: `metadata.name=x,spec.nodeName!=y`, by path. Name and namespace of every kind, and a few fields of some.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Resource } from '../../../shared/manifests/kinds.ts'
import { isObject } from './frozen-json.ts'
import { badRequest } from './status-error.ts'

function at(object: KubernetesObject, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object)
  return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}

const everywhere = ['metadata.name', 'metadata.namespace']
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
  Secret: ['type'],
  ReplicaSet: ['status.replicas'],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
}

/** Throws 400 for a selector that cannot be read, and for a field that this kind is not selected by. */
export function parseFieldSelector(
  resource: Pick<Resource, 'kind' | 'group'>,
  selector: string | undefined,
): (object: KubernetesObject) => boolean {
  const terms = (selector ?? '').split(',').filter(Boolean)
  const tests = terms.map((term) => {
    const [, path = '', operator = '', value = ''] = /^([\w./-]+)(!=|==|=)(.*)$/.exec(term) ?? []
    if (!path) throw badRequest(`invalid field selector: ${JSON.stringify(term)}`)
    if (!everywhere.includes(path) && fieldsOf[resource.kind]?.includes(path) !== true) {
      throw badRequest(`field label not supported: ${path}`)
    }
    const wanted = operator !== '!='
    return (object: KubernetesObject): boolean => (at(object, path) === value) === wanted
  })
  return (object) => tests.every((test) => test(object))
}
