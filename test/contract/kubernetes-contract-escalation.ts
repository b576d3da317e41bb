// Nobody gives away rights that he does not have himself, unless a verb of its own lets him.
import { expect, test } from 'vitest'
import { apiGroup, grantedUser, probe, rbac, rule } from './kubernetes-granted-user.ts'
import type { KubernetesSubject } from './kubernetes-subject.ts'

const roles = ['get', 'create', 'update', 'patch']
const onRoles = (verbs: readonly string[]) => ({
  apiGroups: [apiGroup],
  resources: ['roles', 'rolebindings'],
  verbs,
})

const rolesOf = (namespace: string): string => `${rbac}/namespaces/${namespace}/roles`

export function escalationTests(subject: KubernetesSubject): void {
  test('nobody makes a role with rights that he lacks, unless he may escalate', async () => {
    const wanted = { metadata: { name: 'more' }, rules: [rule(['secrets'], ['get'])] }
    const lacking = await grantedUser(subject, probe, onRoles(roles))
    const refused = await subject.rest('POST', rolesOf(lacking.namespace), {
      body: wanted,
      as: lacking.user,
    })
    expect(refused.code).toBe(403)
    expect(refused.body['message']).toContain(
      'attempting to grant RBAC permissions not currently held',
    )
    const holding = await grantedUser(subject, probe, onRoles(roles), rule(['secrets'], ['*']))
    expect(await holding.as('POST', rolesOf(holding.namespace), { body: wanted })).toBe(201)
    const escalating = await grantedUser(subject, probe, onRoles([...roles, 'escalate']))
    expect(await escalating.as('POST', rolesOf(escalating.namespace), { body: wanted })).toBe(201)
  })

  test('nobody changes a role whose rights he lacks, not even a label of it', async () => {
    const { namespace, as } = await grantedUser(subject, probe, onRoles(roles))
    const path = `${rbac}/namespaces/${namespace}/roles`
    await subject.rest('POST', path, {
      body: { metadata: { name: 'held' }, rules: [rule(['secrets'], ['get'])] },
    })
    const wider = { rules: [rule(['secrets'], ['get', 'list'])] }
    expect(await as('PATCH', `${path}/held`, { body: wider })).toBe(403)
    const labels = { metadata: { labels: { a: 'b' } } }
    expect(await as('PATCH', `${path}/held`, { body: labels })).toBe(403)
  })

  test('nobody binds a role whose rights he lacks, unless he may bind it', async () => {
    const binding = {
      metadata: { name: 'more' },
      roleRef: { apiGroup, kind: 'Role', name: 'secret' },
      subjects: [{ apiGroup, kind: 'User', name: 'somebody' }],
    }
    const tried = async (...rules: readonly object[]) => {
      const { namespace, as } = await grantedUser(subject, probe, onRoles(roles), ...rules)
      const body = { metadata: { name: 'secret' }, rules: [rule(['secrets'], ['get'])] }
      const before = await as('POST', `${rbac}/namespaces/${namespace}/rolebindings`, {
        body: binding,
      })
      await subject.rest('POST', `${rbac}/namespaces/${namespace}/roles`, { body })
      await subject.eventually('the role is known', async () => {
        const { code } = await subject.rest('GET', `${rbac}/namespaces/${namespace}/roles/secret`)
        return code === 200
      })
      const after = await as('POST', `${rbac}/namespaces/${namespace}/rolebindings`, {
        body: binding,
      })
      return [before, after]
    }
    expect(await tried()).toEqual([404, 403])
    expect((await tried(rule(['secrets'], ['get'])))[0]).toBe(404)
    expect(await tried(onRoles(['bind']))).toEqual([201, 409])
  })

  test('which role a binding gives cannot be changed', async () => {
    const { namespace } = await grantedUser(subject, probe)
    const path = `${rbac}/namespaces/${namespace}/rolebindings/own`
    const body = { roleRef: { apiGroup, kind: 'Role', name: 'other' } }
    expect((await subject.rest('PATCH', path, { body })).code).toBe(422)
  })
}
