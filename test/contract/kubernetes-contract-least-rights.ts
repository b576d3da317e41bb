// What Kindling's own two identities may do: what their rules say, and nothing else of all that the API server serves.
import { expect, test } from 'vitest'
import { AGENT, AGENT_USER, agentObjects, SYSTEM_NAMESPACE } from '../../shared/manifests/agent.ts'
import { functionsRights } from '../../shared/manifests/functions-rights.ts'
import type { JsonObject } from '../../shared/manifests/object.ts'
import { inParallel } from '../../shared/steps/kubernetes-objects.ts'
import { apiGroup } from './kubernetes-granted-user.ts'
import type { RestBody } from './kubernetes-rest.ts'
import { type KubernetesSubject, refOf } from './kubernetes-subject.ts'

const VERBS =
  'get list watch create update patch delete deletecollection escalate bind impersonate'.split(' ')
const RBAC_KINDS = new Set(['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'])

interface Served {
  readonly group: string
  readonly resource: string
  readonly subresource?: string
}

export function leastRightsTests(subject: KubernetesSubject): void {
  test('the functions may do what their rules say, and nothing else', async () => {
    const name = subject.unique('functions')
    const apiVersion = `${apiGroup}/v1`
    const roleRef = { apiGroup, kind: 'ClusterRole', name }
    const subjects = [{ apiGroup, kind: 'User', name }]
    const role = { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: functionsRights }
    const binding = { apiVersion, kind: 'ClusterRoleBinding', metadata: { name } }
    for (const object of [role, { ...binding, roleRef, subjects }]) {
      await subject.kubernetes.create(object)
      subject.cleanUp(refOf(object))
    }
    await known(subject, name, { verb: 'list', resource: 'nodes' })
    expect(await rightsOf(subject, name, 'default')).toEqual(singly(functionsRights))
  })

  test('the agent may do what its rules say, and nothing else; its Lease is in its own namespace', async () => {
    const objects = agentObjects({ labels: {}, image: 'i', topic: 't', project: 'p' })
    const rights = objects.filter(({ kind }) => RBAC_KINDS.has(kind))
    const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } }
    for (const object of [space, ...rights]) {
      await subject.kubernetes.create(object)
      subject.cleanUp(refOf(object))
    }
    const rulesOf = (wanted: string): JsonObject[] =>
      rights.flatMap(({ kind, rules }) => (kind === wanted ? (rules as JsonObject[]) : []))
    const inLease = { verb: 'create', group: 'coordination.k8s.io', resource: 'leases' }
    await known(subject, AGENT_USER, { verb: 'list', resource: 'nodes' })
    await known(subject, AGENT_USER, { ...inLease, namespace: SYSTEM_NAMESPACE })
    expect(await rightsOf(subject, AGENT_USER, SYSTEM_NAMESPACE)).toEqual(
      singly([...rulesOf('ClusterRole'), ...rulesOf('Role')]),
    )
    const lease = { ...inLease, verb: 'patch', namespace: SYSTEM_NAMESPACE, name: AGENT }
    expect(await may(subject, AGENT_USER, lease)).toBe(true)
    expect(await may(subject, AGENT_USER, { ...lease, name: 'other' })).toBe(false)
    expect(await may(subject, AGENT_USER, { ...lease, namespace: 'default' })).toBe(false)
  })
}

/** `GROUP RESOURCE VERB` of each rule, sorted. */
function singly(rules: readonly JsonObject[]): string[] {
  const all = rules as unknown as readonly Readonly<Record<string, readonly string[]>>[] // as roles have them
  return all
    .flatMap(({ apiGroups = [], resources = [], verbs = [] }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${group} ${resource} ${verb}`)),
      ),
    )
    .toSorted()
}

async function may(subject: KubernetesSubject, user: string, asked: object): Promise<boolean> {
  const { body } = await subject.rest(
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    { as: user, body: { spec: { resourceAttributes: asked } } },
  )
  return (body.status as { allowed: boolean }).allowed // of every answer
}

/** Rights take a moment to be known. */
async function known(subject: KubernetesSubject, user: string, asked: object): Promise<void> {
  await subject.eventually('the rights are known', () => may(subject, user, asked))
}

/** In a namespace, of all that is served, beyond what whoever has a name may do. Objects are named as the agent is. */
async function rightsOf(
  subject: KubernetesSubject,
  user: string,
  namespace: string,
): Promise<string[]> {
  const served = await servedBy(subject)
  const own: Served = { group: 'kindling.dev', resource: 'sparkclusters' }
  const all = [...served, own, { ...own, subresource: 'status' }].flatMap((each) =>
    VERBS.map((verb) => ({ ...each, verb, name: AGENT, namespace })),
  )
  const nobody = subject.unique('nobody')
  const found = await inParallel(all, async (asked) => {
    if (!(await may(subject, user, asked)) || (await may(subject, nobody, asked))) return []
    const { group, resource, subresource, verb } = asked
    return [`${group} ${[resource, subresource].filter(Boolean).join('/')} ${verb}`]
  })
  return [...new Set(found.flat())].toSorted()
}

/** All resources and subresources, of every group in its preferred version. */
async function servedBy(subject: KubernetesSubject): Promise<Served[]> {
  const { body } = await subject.rest('GET', '/apis')
  const groups = body['groups'] as { name: string; preferredVersion: { groupVersion: string } }[] // by discovery
  const paths: [string, string][] = groups
    .filter(({ name }) => !name.endsWith('.kindling.dev'))
    .map(({ name, preferredVersion }) => [name, `/apis/${preferredVersion.groupVersion}`])
  const lists = await inParallel([['', '/api/v1'], ...paths], async ([group = '', path = '']) => {
    const list: RestBody = (await subject.rest('GET', path)).body
    return (list['resources'] as { name: string }[]).map(({ name }): Served => {
      const [resource = '', subresource] = name.split('/')
      return subresource === undefined ? { group, resource } : { group, resource, subresource }
    })
  })
  return lists.flat()
}
