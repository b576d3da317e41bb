// Field selectors: `metadata.name=x,spec.nodeName!=y`, by path. A real server knows few fields of each kind; this one all.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { isObject } from './frozen-json.ts'
import { badRequest } from './status-error.ts'

function at(object: KubernetesObject, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object)
  return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}

/** Throws 400 for a selector that cannot be read. */
export function parseFieldSelector(
  selector: string | undefined,
): (object: KubernetesObject) => boolean {
  const terms = (selector ?? '').split(',').filter(Boolean)
  const tests = terms.map((term) => {
    const [, path = '', operator = '', value = ''] = /^([\w./-]+)(!=|==|=)(.*)$/.exec(term) ?? []
    if (!path) throw badRequest(`invalid field selector: ${JSON.stringify(term)}`)
    const wanted = operator !== '!='
    return (object: KubernetesObject): boolean => (at(object, path) === value) === wanted
  })
  return (object) => tests.every((test) => test(object))
}
