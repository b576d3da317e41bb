// What a caller asks about itself: may I (`kubectl auth can-i`), what may I (`--list`), who am I (`kubectl auth whoami`).
import type { Authorization } from '../authorization/authorization.ts'
import type { Identity } from '../authorization/identity.ts'
import { type Access, type PolicyRule } from '../authorization/policy-rule.ts'
import { isObject } from '../frozen-json.ts'
import { badRequest } from '../status-error.ts'
import { type Exchange, readBody, sendJson } from './exchange.ts'

type Answer = (authorization: Authorization, who: Identity, spec: Record<string, unknown>) => object

const reviews: Readonly<Record<string, Answer>> = {
  'apis/authorization.k8s.io/v1/selfsubjectaccessreviews': accessStatus,
  'apis/authorization.k8s.io/v1/selfsubjectrulesreviews': rulesStatus,
  'apis/authentication.k8s.io/v1/selfsubjectreviews': (_authorization, { user, groups }) => ({
    userInfo: { username: user, groups },
  }),
}

export function isReview(path: readonly string[]): boolean {
  return reviews[path.join('/')] !== undefined
}

/** Throws 400, 403. */
export async function answerReview(
  authorization: Authorization,
  { request, response, path, who, method }: Exchange,
): Promise<void> {
  const [, group = '', , resource = ''] = path
  authorization.check(who, { verb: method === 'POST' ? 'create' : 'get', group, resource })
  const body = await readBody(request)
  if (!isObject(body)) throw badRequest('the body must be an object')
  const spec = isObject(body['spec']) ? body['spec'] : {}
  const status = reviews[path.join('/')]?.(authorization, who, spec)
  sendJson(response, 201, { ...body, status })
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function accessStatus(
  authorization: Authorization,
  who: Identity,
  spec: Record<string, unknown>,
): object {
  const path = spec['nonResourceAttributes']
  if (isObject(path)) {
    const asked = { verb: text(path['verb']) ?? '', path: text(path['path']) ?? '' }
    return { allowed: authorization.mayGet(who, asked) }
  }
  const asked = spec['resourceAttributes']
  if (!isObject(asked))
    throw badRequest('resourceAttributes or nonResourceAttributes must be given')
  const access: Access = {
    verb: text(asked['verb']) ?? '',
    group: text(asked['group']) ?? '',
    resource: text(asked['resource']) ?? '',
    subresource: text(asked['subresource']),
    namespace: text(asked['namespace']),
    name: text(asked['name']),
  }
  return { allowed: authorization.may(who, access) }
}

/** The parts of a rule that say something. */
function given(rule: PolicyRule, ...parts: readonly (keyof PolicyRule)[]): object {
  const said = parts.filter((part) => rule[part].length > 0)
  return Object.fromEntries(said.map((part) => [part, rule[part]]))
}

function rulesStatus(
  authorization: Authorization,
  who: Identity,
  spec: Record<string, unknown>,
): object {
  const namespace = text(spec['namespace'])
  if (namespace === undefined) throw badRequest('no namespace on request')
  const rules = authorization.rulesIn(who, namespace)
  return {
    resourceRules: rules
      .filter(({ resources }) => resources.length > 0)
      .map((rule) => given(rule, 'verbs', 'apiGroups', 'resources', 'resourceNames')),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
      .map((rule) => given(rule, 'verbs', 'nonResourceURLs')),
    incomplete: false,
  }
}
