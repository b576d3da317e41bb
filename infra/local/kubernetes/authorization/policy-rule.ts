// One rule of a role, and what it lets through: pure. The API server's own rules of RBAC, which only ever allow.
import { isObject } from '../frozen-json.ts'

/** What somebody wants to do, as roles name it. */
export interface Access {
  readonly verb: string
  readonly group: string
  /** Plural. */
  readonly resource: string
  readonly subresource?: string | undefined
  readonly namespace?: string | undefined
  /** Not known of a create, a list and a watch. */
  readonly name?: string | undefined
}

/** What has a path and is no resource: `/version`. */
export interface PathAccess {
  readonly verb: string
  readonly path: string
}

export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** The rules of a Role or ClusterRole; what is no rule allows nothing. */
export function policyRules(rules: unknown): PolicyRule[] {
  if (!Array.isArray(rules)) return []
  return rules.filter(isObject).map((rule) => ({
    verbs: strings(rule['verbs']),
    apiGroups: strings(rule['apiGroups']),
    resources: strings(rule['resources']),
    resourceNames: strings(rule['resourceNames']),
    nonResourceURLs: strings(rule['nonResourceURLs']),
  }))
}

function has(list: readonly string[], value: string): boolean {
  return list.includes(value) || list.includes('*')
}

function hasResource({ resources }: PolicyRule, { resource, subresource }: Access): boolean {
  if (subresource === undefined) return has(resources, resource)
  return has(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`)
}

export function allows(rule: PolicyRule, access: Access): boolean {
  return (
    has(rule.verbs, access.verb) &&
    has(rule.apiGroups, access.group) &&
    hasResource(rule, access) &&
    (rule.resourceNames.length === 0 ||
      (access.name !== undefined && rule.resourceNames.includes(access.name)))
  )
}

export function allowsPath(rule: PolicyRule, { verb, path }: PathAccess): boolean {
  if (!has(rule.verbs, verb)) return false
  return rule.nonResourceURLs.some(
    (url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
  )
}

/** The single accesses that a rule stands for, with `*` as a value among others. */
function* parts(rule: PolicyRule): Generator<PolicyRule> {
  const one = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] }
  for (const verb of rule.verbs) {
    for (const url of rule.nonResourceURLs) yield { ...one, verbs: [verb], nonResourceURLs: [url] }
    for (const group of rule.apiGroups) {
      for (const resource of rule.resources) {
        const part = { ...one, verbs: [verb], apiGroups: [group], resources: [resource] }
        if (rule.resourceNames.length === 0) yield part
        for (const name of rule.resourceNames) yield { ...part, resourceNames: [name] }
      }
    }
  }
}

function covers(owned: PolicyRule, part: PolicyRule): boolean {
  const [verb = '', group = '', resource = '', name, url] = [
    part.verbs[0],
    part.apiGroups[0],
    part.resources[0],
    part.resourceNames[0],
    part.nonResourceURLs[0],
  ]
  if (url !== undefined) return allowsPath(owned, { verb, path: url })
  const [plural = '', subresource] = resource.split('/')
  return allows(owned, { verb, group, resource: plural, subresource, name })
}

/** The parts of `wanted` that no rule of `owned` covers: whoever gives rights must have them. */
export function notCovered(
  owned: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): PolicyRule[] {
  return wanted.flatMap((rule) =>
    [...parts(rule)].filter((part) => !owned.some((each) => covers(each, part))),
  )
}
