// A user who has certain rights in a namespace of its own, for tests of what rights let through.
import type { RestAnswer } from './kubernetes-rest.ts'
import type { KubernetesSubject } from './kubernetes-subject.ts'

export const rbac = '/apis/rbac.authorization.k8s.io/v1'
export const apiGroup = 'rbac.authorization.k8s.io'

export const rule = (
  resources: readonly string[],
  verbs: readonly string[],
  more: object = {},
) => ({
  apiGroups: [''],
  resources,
  verbs,
  ...more,
})

/** Among the rules of every user, so that it can be told when they are known. */
export const probe = rule(['probe'], ['probe'])

/** A user with these rights in a namespace of its own. */
export async function grantedUser(subject: KubernetesSubject, ...rules: readonly object[]) {
  const namespace = await subject.namespace()
  const user = subject.unique('user')
  const post = (path: string, body: object): Promise<RestAnswer> =>
    subject.rest('POST', path, { body })
  await post(`${rbac}/namespaces/${namespace}/roles`, { metadata: { name: 'own' }, rules })
  await post(`${rbac}/namespaces/${namespace}/rolebindings`, {
    metadata: { name: 'own' },
    roleRef: { apiGroup, kind: 'Role', name: 'own' },
    subjects: [{ apiGroup, kind: 'User', name: user }],
  })
  const maps = `/api/v1/namespaces/${namespace}/configmaps`
  const as = async (method: string, path: string, more: object = {}): Promise<number> =>
    (await subject.rest(method, path, { ...more, as: user })).code
  // Rights take a moment to be known.
  await subject.eventually('the rights are known', async () => {
    const { body } = await subject.rest(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      {
        as: user,
        body: { spec: { namespace } },
      },
    )
    return JSON.stringify(body.status ?? {}).includes('"resources":["probe"]') || rules.length === 0
  })
  return { namespace, user, maps, as }
}
