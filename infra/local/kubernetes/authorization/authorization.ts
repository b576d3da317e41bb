// Whether a call may be made, asked before anything else: the call as roles name it, and the refusal as the API server
// words it.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { KubernetesCall } from '../call-gate.ts'
import { sameJson } from '../frozen-json.ts'
import type { ResourceRegistry } from '../resource-registry.ts'
import { forbidden, qualifiedPlural, StatusError } from '../status-error.ts'
import type { Identity } from './identity.ts'
import type { Access, PathAccess, PolicyRule } from './policy-rule.ts'
import type { Rbac } from './rbac.ts'

export interface Authorization extends Pick<Rbac, 'may' | 'mayGet' | 'rulesIn'> {
  /** Throws 403. */
  check(who: Identity, access: Access): void
  /** Throws 403. */
  checkPath(who: Identity, access: PathAccess): void
  /** That a role or binding gives away no right that its maker lacks. Throws 403. */
  checkEscalation(who: Identity, next: KubernetesObject, current?: KubernetesObject): void
}

/** Whether only owners and finalizers change, which the garbage collector must be able to do. */
function isCollection(next: KubernetesObject, current: KubernetesObject): boolean {
  const { ownerReferences, finalizers } = next.metadata
  const metadata = { ...current.metadata, ownerReferences, finalizers }
  return sameJson(next, { ...current, metadata })
}

const plainVerbs: Readonly<Partial<Record<KubernetesCall['verb'], string>>> = {
  deleteAll: 'deletecollection',
}

/** Throws 404 for a kind that is not served. */
export function accessOf(call: KubernetesCall, registry: ResourceRegistry): Access {
  const resource = registry.find(call.apiVersion, call.kind)
  const isBinding = resource.kind === 'Binding'
  return {
    verb: plainVerbs[call.verb] ?? call.verb,
    group: resource.group,
    resource: isBinding ? 'pods' : resource.plural,
    subresource: isBinding ? 'binding' : call.subresource,
    namespace: call.namespace,
    name: call.verb === 'create' && !isBinding ? undefined : call.name,
  }
}

function refused({ user }: Identity, access: Access): StatusError {
  const { verb, group, resource, subresource, namespace, name } = access
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  const why = `User "${user}" cannot ${verb} resource "${whole}" in API group "${group}" ${where}`
  if (name !== undefined) return forbidden({ plural: resource, group, kind: '' }, name, why)
  const message = `${qualifiedPlural({ plural: resource, group })} is forbidden: ${why}`
  const details = { kind: resource, ...(group ? { group } : {}) }
  return new StatusError(403, 'Forbidden', message, details)
}

function worded(rule: PolicyRule): string {
  const parts = Object.entries({
    APIGroups: rule.apiGroups,
    Resources: rule.resources,
    ResourceNames: rule.resourceNames,
    NonResourceURLs: rule.nonResourceURLs,
    Verbs: rule.verbs,
  }).filter(([, values]) => values.length > 0)
  return `{${parts.map(([part, values]) => `${part}:${JSON.stringify(values)}`).join(', ')}}`
}

export function authorization(rules: Rbac, registry: ResourceRegistry): Authorization {
  return {
    may: (who, access) => rules.may(who, access),
    mayGet: (who, access) => rules.mayGet(who, access),
    rulesIn: (who, namespace) => rules.rulesIn(who, namespace),
    check(who, access) {
      if (!rules.may(who, access)) throw refused(who, access)
    },
    checkPath(who, { verb, path }) {
      if (rules.mayGet(who, { verb, path })) return
      const message = `forbidden: User "${who.user}" cannot ${verb} path "${path}"`
      throw new StatusError(403, 'Forbidden', message)
    },
    checkEscalation(who, object, current) {
      if (current && isCollection(object, current)) return
      const missing = rules.escalation(who, object)
      if (missing.length === 0) return
      const resource = registry.find(object.apiVersion, object.kind)
      const groups = JSON.stringify(who.groups)
      const why = `user "${who.user}" (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${missing.map(worded).join('\n')}`
      throw forbidden(resource, object.metadata.name, why)
    },
  }
}
