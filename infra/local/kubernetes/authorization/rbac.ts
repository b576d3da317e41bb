// Role-based access control over the stored Roles and bindings: who may do what. Rights only add up, and whoever makes a
// role or a binding must have the rights in it, or the verb `escalate` or `bind`.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { isObject } from '../frozen-json.ts'
import { type Change, namespaceOf, type ObjectStore } from '../object-store.ts'
import type { ResourceRegistry } from '../resource-registry.ts'
import { notFound } from '../status-error.ts'
import { type Identity, MASTERS } from './identity.ts'
import {
  type Access,
  allows,
  allowsPath,
  notCovered,
  type PathAccess,
  type PolicyRule,
  policyRules,
} from './policy-rule.ts'

const rbacGroup = 'rbac.authorization.k8s.io'
const rbacVersion = `${rbacGroup}/v1`

/** Rights in one namespace, or everywhere. */
interface Grant {
  readonly namespace: string | undefined
  readonly rules: readonly PolicyRule[]
}

function holdsIn(grant: Grant, namespace: string | undefined): boolean {
  return grant.namespace === undefined || grant.namespace === namespace
}

export interface Rbac {
  may(who: Identity, access: Access): boolean
  mayGet(who: Identity, access: PathAccess): boolean
  /** What somebody may do in a namespace. */
  rulesIn(who: Identity, namespace: string): PolicyRule[]
  /** The rights that storing this would give away beyond those that `who` has; none for other kinds. Throws 404 for a role. */
  escalation(who: Identity, object: KubernetesObject): PolicyRule[]
  readonly record: (change: Change) => void
}

function isSubject(binding: KubernetesObject, { user, groups }: Identity): boolean {
  const subjects = binding['subjects']
  if (!Array.isArray(subjects)) return false
  return subjects.filter(isObject).some(({ kind, name, namespace }) => {
    if (kind === 'User') return name === user
    if (kind === 'Group') return groups.some((group) => group === name)
    if (kind !== 'ServiceAccount' || typeof name !== 'string') return false
    return typeof namespace === 'string' && `system:serviceaccount:${namespace}:${name}` === user
  })
}

function roleRefOf(binding: KubernetesObject): { kind: 'Role' | 'ClusterRole'; name: string } {
  const { kind, name } = isObject(binding['roleRef']) ? binding['roleRef'] : {}
  return {
    kind: kind === 'Role' ? 'Role' : 'ClusterRole',
    name: typeof name === 'string' ? name : '',
  }
}

export function rbac(store: ObjectStore, registry: ResourceRegistry): Rbac {
  const kindOf = (kind: string) => registry.find(rbacVersion, kind)
  const compiled = new Map<string, Grant[]>()

  function roleOf(binding: KubernetesObject): KubernetesObject | undefined {
    const { kind, name } = roleRefOf(binding)
    return store.get(kindOf(kind), kind === 'Role' ? namespaceOf(binding) : '', name)
  }

  function grantsOf(who: Identity): Grant[] {
    const key = [who.user, ...who.groups].join(' ')
    const known = compiled.get(key)
    if (known) return known
    const everywhere = [...store.each(kindOf('ClusterRoleBinding'))]
    const grants = [...everywhere, ...store.each(kindOf('RoleBinding'))]
      .filter((binding) => isSubject(binding, who))
      .map((binding) => ({
        namespace: binding.metadata.namespace,
        rules: policyRules(roleOf(binding)?.['rules']),
      }))
    compiled.set(key, grants)
    return grants
  }

  function rulesIn(who: Identity, namespace: string | undefined): PolicyRule[] {
    return grantsOf(who).flatMap((grant) => (holdsIn(grant, namespace) ? grant.rules : []))
  }

  function may(who: Identity, access: Access): boolean {
    if (who.groups.includes(MASTERS)) return true
    return grantsOf(who).some(
      (grant) =>
        holdsIn(grant, access.namespace) && grant.rules.some((rule) => allows(rule, access)),
    )
  }

  /** The rights in a role, or behind a binding, unless a verb of its own lets them be given away. */
  function given(who: Identity, object: KubernetesObject): PolicyRule[] {
    const { namespace, name } = object.metadata
    const own = { group: rbacGroup, namespace }
    if (!object.kind.endsWith('Binding')) {
      const resource = `${object.kind.toLowerCase()}s`
      if (may(who, { ...own, verb: 'escalate', resource, name })) return []
      return policyRules(object['rules'])
    }
    const role = roleOf(object)
    const { kind, name: roleName } = roleRefOf(object)
    const resource = `${kind.toLowerCase()}s`
    if (may(who, { ...own, verb: 'bind', resource, name: roleName })) return []
    // Nothing is known of what it would give.
    if (!role) throw notFound(kindOf(kind), roleName)
    return policyRules(role['rules'])
  }

  return {
    may,
    rulesIn,
    mayGet(who, access) {
      if (who.groups.includes(MASTERS)) return true
      return rulesIn(who, undefined).some((rule) => allowsPath(rule, access))
    },
    escalation(who, object) {
      if (object.apiVersion !== rbacVersion || who.groups.includes(MASTERS)) return []
      return notCovered(rulesIn(who, object.metadata.namespace), given(who, object))
    },
    record({ resource }) {
      if (resource.group === rbacGroup) compiled.clear()
    },
  }
}
