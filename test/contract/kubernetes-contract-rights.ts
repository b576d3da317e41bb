// Role-based access control: what nobody allowed is refused, and rights add up.
import { expect, test } from 'vitest'
import { apiGroup, grantedUser, probe, rbac, rule } from './kubernetes-granted-user.ts'
import type { KubernetesSubject } from './kubernetes-subject.ts'

const body = { metadata: { name: 'a' } }

export function rightsTests(subject: KubernetesSubject): void {
  test('who has no right is refused, and told what he lacks', async () => {
    const { namespace, user, maps } = await grantedUser(subject)
    const refused = await subject.rest('GET', `${maps}/a`, { as: user })
    expect(refused).toMatchObject({
      code: 403,
      body: {
        reason: 'Forbidden',
        message: `configmaps "a" is forbidden: User "${user}" cannot get resource "configmaps" in API group "" in the namespace "${namespace}"`,
        details: { name: 'a', kind: 'configmaps' },
      },
    })
    const cluster = await subject.rest('GET', '/apis/apps/v1/deployments', { as: user })
    expect(cluster.body['message']).toBe(
      `deployments.apps is forbidden: User "${user}" cannot list resource "deployments" in API group "apps" at the cluster scope`,
    )
  })

  test.each([
    ['get', 'GET', '/a', {}],
    ['list', 'GET', '', {}],
    ['watch', 'GET', '?watch=1&timeoutSeconds=1', {}],
    ['create', 'POST', '', { body }],
    ['update', 'PUT', '/a', { body }],
    ['patch', 'PATCH', '/a', { body: {} }],
    ['delete', 'DELETE', '/a', {}],
    ['deletecollection', 'DELETE', '', {}],
  ])('the verb %s is a right of its own', async (verb, method, path, call) => {
    const others = [
      'get',
      'list',
      'watch',
      'create',
      'update',
      'patch',
      'delete',
      'deletecollection',
    ]
    const without = others.filter((each) => each !== verb)
    const [may, mayNot] = [
      await grantedUser(subject, probe, rule(['configmaps'], [verb])),
      await grantedUser(subject, probe, rule(['configmaps'], without)),
    ]
    expect(await may.as(method, may.maps + path, call)).not.toBe(403)
    expect(await mayNot.as(method, mayNot.maps + path, call)).toBe(403)
  })

  test('rights in one namespace are none in another', async () => {
    const { as } = await grantedUser(subject, probe, rule(['configmaps'], ['*']))
    expect(await as('GET', '/api/v1/namespaces/default/configmaps')).toBe(403)
    expect(await as('GET', '/api/v1/configmaps')).toBe(403)
  })

  test('a name among the names of a rule is allowed, another is not; a create has no name', async () => {
    const { as, maps } = await grantedUser(
      subject,
      probe,
      rule(['configmaps'], ['get', 'list', 'patch', 'create'], { resourceNames: ['a'] }),
    )
    expect(await as('GET', `${maps}/a`)).toBe(404)
    expect(await as('GET', `${maps}/b`)).toBe(403)
    expect(await as('GET', maps)).toBe(403)
    expect(await as('GET', `${maps}?fieldSelector=metadata.name%3Da`)).toBe(200)
    expect(await as('POST', maps, { body })).toBe(403)
  })

  test('a subresource is a right of its own', async () => {
    const { namespace, as } = await grantedUser(subject, probe, rule(['pods/status'], ['patch']))
    const pod = `/api/v1/namespaces/${namespace}/pods/a`
    expect(await as('PATCH', `${pod}/status`, { body: {} })).toBe(404)
    expect(await as('PATCH', pod, { body: {} })).toBe(403)
    const main = await grantedUser(subject, probe, rule(['pods'], ['patch']))
    const own = `/api/v1/namespaces/${main.namespace}/pods/a`
    expect(await main.as('PATCH', own, { body: {} })).toBe(404)
    expect(await main.as('PATCH', `${own}/status`, { body: {} })).toBe(403)
  })

  test('an apply that makes an object needs both rights', async () => {
    const patcher = await grantedUser(subject, probe, rule(['configmaps'], ['patch']))
    const both = await grantedUser(subject, probe, rule(['configmaps'], ['patch', 'create']))
    const applied = {
      type: 'application/apply-patch+yaml',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
    }
    expect(await patcher.as('PATCH', `${patcher.maps}/a?fieldManager=m`, applied)).toBe(403)
    expect(await both.as('PATCH', `${both.maps}/a?fieldManager=m`, applied)).toBe(201)
  })

  test('what is forbidden is refused before anybody looks whether it is there', async () => {
    const { as } = await grantedUser(subject)
    expect(await as('GET', `/api/v1/namespaces/${subject.unique('none')}/configmaps/a`)).toBe(403)
  })

  test('a cluster role gives its rights where it is bound: in one namespace, or everywhere', async () => {
    const { namespace, user, maps, as } = await grantedUser(subject)
    const role = subject.unique('role')
    await subject.rest('POST', `${rbac}/clusterroles`, {
      body: { metadata: { name: role }, rules: [probe, rule(['configmaps'], ['list'])] },
    })
    subject.cleanUp({ apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', name: role })
    const binding = {
      metadata: { name: role },
      roleRef: { apiGroup, kind: 'ClusterRole', name: role },
      subjects: [{ apiGroup, kind: 'User', name: user }],
    }
    await subject.rest('POST', `${rbac}/namespaces/${namespace}/rolebindings`, { body: binding })
    await subject.eventually('the binding is known', async () => (await as('GET', maps)) === 200)
    expect(await as('GET', '/api/v1/configmaps')).toBe(403)
    await subject.rest('POST', `${rbac}/clusterrolebindings`, { body: binding })
    subject.cleanUp({ apiVersion: `${apiGroup}/v1`, kind: 'ClusterRoleBinding', name: role })
    await subject.eventually(
      'it is known',
      async () => (await as('GET', '/api/v1/configmaps')) === 200,
    )
  })

  test('rights end with their binding', async () => {
    const { namespace, maps, as } = await grantedUser(
      subject,
      probe,
      rule(['configmaps'], ['list']),
    )
    expect(await as('GET', maps)).toBe(200)
    await subject.rest('DELETE', `${rbac}/namespaces/${namespace}/rolebindings/own`)
    await subject.eventually('the rights have ended', async () => (await as('GET', maps)) === 403)
  })

  test('a group and a service account are subjects too', async () => {
    const namespace = await subject.namespace()
    const account = `system:serviceaccount:${namespace}:default`
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    await subject.rest('POST', `${rbac}/namespaces/${namespace}/roles`, {
      body: { metadata: { name: 'own' }, rules: [rule(['configmaps'], ['list'])] },
    })
    for (const [at, given] of [
      { apiGroup, kind: 'Group', name: `system:serviceaccounts:${namespace}` },
      { kind: 'ServiceAccount', name: 'default', namespace },
    ].entries()) {
      expect((await subject.rest('GET', path, { as: account })).code).toBe(403)
      const roleRef = { apiGroup, kind: 'Role', name: 'own' }
      const binding = { metadata: { name: `own-${at}` }, roleRef, subjects: [given] }
      const bindings = `${rbac}/namespaces/${namespace}/rolebindings`
      await subject.rest('POST', bindings, { body: binding })
      const code = async () => (await subject.rest('GET', path, { as: account })).code
      await subject.eventually('it is known', async () => (await code()) === 200)
      await subject.rest('DELETE', `${bindings}/own-${at}`)
      await subject.eventually('it has ended', async () => (await code()) === 403)
    }
  })

  test('nobody calls as somebody else without the right to', async () => {
    const { namespace, user } = await grantedUser(subject, probe, rule(['configmaps'], ['list']))
    const review = await subject.rest(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {
        as: user,
        body: {
          spec: { resourceAttributes: { verb: 'impersonate', resource: 'users', namespace } },
        },
      },
    )
    expect(review.body.status).toMatchObject({ allowed: false })
  })

  test.each([
    [{ verb: 'list', resource: 'configmaps' }, true],
    [{ verb: 'watch', resource: 'configmaps' }, false],
    [{ verb: 'get', resource: 'configmaps', name: 'a' }, false],
    [{ verb: 'patch', resource: 'pods', subresource: 'status' }, true],
    [{ verb: 'patch', resource: 'pods' }, false],
    [{ verb: 'list', group: 'apps', resource: 'configmaps' }, false],
  ])('whether it may %j is answered to whoever asks', async (asked, allowed) => {
    const { namespace, user } = await grantedUser(
      subject,
      probe,
      rule(['configmaps'], ['list']),
      rule(['pods/status'], ['patch']),
    )
    const review = await subject.rest(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {
        as: user,
        body: { spec: { resourceAttributes: { ...asked, namespace } } },
      },
    )
    expect(review).toMatchObject({ code: 201, body: { status: { allowed } } })
  })

  test('whoever has a name may ask who he is and what there is', async () => {
    const { user, as } = await grantedUser(subject)
    const who = await subject.rest('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      as: user,
      body: {},
    })
    expect(who.body.status).toMatchObject({
      userInfo: { username: user, groups: ['system:authenticated'] },
    })
    for (const path of ['/api', '/apis', '/api/v1', '/version'])
      expect(await as('GET', path)).toBe(200)
    expect(await as('GET', '/metrics')).toBe(403)
  })
}
