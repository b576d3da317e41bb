// What is stored and answered in detail: generated names, times, amounts, deletions, bindings, leases.
import { expect, test } from 'vitest'
import { idlePod, type KubernetesSubject } from './kubernetes-subject.ts'

export function detailTests(subject: KubernetesSubject): void {
  nameTests(subject)
  deletionTests(subject)
  storedTests(subject)
}

function nameTests(subject: KubernetesSubject): void {
  test('a generated name begins as asked and differs each time', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const make = async () =>
      (await subject.rest('POST', path, { body: { metadata: { generateName: 'gen-' } } })).body
        .metadata
    const [one, two] = [await make(), await make()]
    expect(one?.['name']).toMatch(/^gen-[a-z0-9]{5}$/)
    expect(one).toMatchObject({ generateName: 'gen-' })
    expect(two?.['name']).not.toBe(one?.['name'])
  })

  test('a name goes before a generated one', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const body = { metadata: { name: 'mine', generateName: 'gen-' } }
    expect((await subject.rest('POST', path, { body })).body.metadata?.['name']).toBe('mine')
  })

  test('marks of deletion are not taken from the caller', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const metadata = { name: 'a', deletionTimestamp: '2001-01-01T00:00:00Z' }
    const { body } = await subject.rest('POST', path, { body: { metadata } })
    expect(body.metadata).not.toHaveProperty('deletionTimestamp')
  })

  test('a namespace is labelled with its name', async () => {
    const namespace = await subject.namespace()
    const { body } = await subject.rest('GET', `/api/v1/namespaces/${namespace}`)
    expect(body.metadata?.['labels']).toEqual({ 'kubernetes.io/metadata.name': namespace })
    expect(body.spec).toEqual({ finalizers: ['kubernetes'] })
  })
}

function deletionTests(subject: KubernetesSubject): void {
  test('a deletion answers a Status with the uid, or the object that is still there', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const { body } = await subject.rest('POST', path, { body: { metadata: { name: 'a' } } })
    const gone = await subject.rest('DELETE', `${path}/a`)
    expect(gone).toMatchObject({
      code: 200,
      body: {
        kind: 'Status',
        status: 'Success',
        details: { name: 'a', uid: body.metadata?.['uid'] },
      },
    })
    const metadata = { name: 'held', finalizers: ['kindling.dev/test'] }
    await subject.rest('POST', path, { body: { metadata } })
    const marked = await subject.rest('DELETE', `${path}/held`)
    expect(marked.body).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'held' } })
    expect(marked.body.metadata).toHaveProperty('deletionTimestamp')
    await subject.rest('PATCH', `${path}/held`, { body: { metadata: { finalizers: null } } })
  })

  test('a deletion of a collection answers what it deleted', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/secrets`
    for (const name of ['a', 'b'])
      await subject.rest('POST', path, { body: { metadata: { name } } })
    const { body } = await subject.rest('DELETE', path)
    expect(body).toMatchObject({ kind: 'SecretList', items: [{}, {}] })
  })

  test('preconditions are read from the body: uid and version', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const { body } = await subject.rest('POST', path, { body: { metadata: { name: 'a' } } })
    for (const preconditions of [{ uid: 'another' }, { resourceVersion: '1' }]) {
      const refused = await subject.rest('DELETE', `${path}/a`, { body: { preconditions } })
      expect(refused).toMatchObject({ code: 409, body: { reason: 'Conflict' } })
    }
    const { uid, resourceVersion } = body.metadata ?? {}
    const done = await subject.rest('DELETE', `${path}/a`, {
      body: { preconditions: { uid, resourceVersion } },
    })
    expect(done.code).toBe(200)
  })

  test('how what is owned goes is read from the query too', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const { body } = await subject.rest('POST', path, { body: { metadata: { name: 'owner' } } })
    const owner = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'owner',
      uid: body.metadata?.['uid'],
    }
    await subject.rest('POST', path, {
      body: { metadata: { name: 'owned', ownerReferences: [owner] } },
    })
    await subject.rest('DELETE', `${path}/owner?propagationPolicy=Orphan`)
    await subject.eventually('the owner has gone', async () => {
      return (await subject.rest('GET', `${path}/owner`)).code === 404
    })
    const owned = await subject.rest('GET', `${path}/owned`)
    expect(owned.body.metadata).not.toHaveProperty('ownerReferences')
  })
}

function storedTests(subject: KubernetesSubject): void {
  test('a Lease keeps its times to the microsecond, and takes none that are coarser', async () => {
    const namespace = await subject.namespace()
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`
    const renewTime = '2026-01-02T03:04:05.678901Z'
    const spec = { holderIdentity: 'a', leaseDurationSeconds: 15, renewTime }
    const { body } = await subject.rest('POST', path, { body: { metadata: { name: 'a' }, spec } })
    expect(body.spec).toEqual(spec)
    const coarse = { spec: { renewTime: 'yesterday' } }
    expect((await subject.rest('PATCH', `${path}/a`, { body: coarse })).code).toBe(422)
    const zero = { spec: { leaseDurationSeconds: 0 } }
    expect((await subject.rest('PATCH', `${path}/a`, { body: zero })).code).toBe(422)
  })

  test('of two holders who renew from one version, one wins', async () => {
    const namespace = await subject.namespace()
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`
    const made = await subject.rest('POST', path, { body: { metadata: { name: 'a' }, spec: {} } })
    const { resourceVersion } = made.body.metadata ?? {}
    const take = (holderIdentity: string) =>
      subject.rest('PATCH', `${path}/a`, {
        body: { metadata: { resourceVersion }, spec: { holderIdentity } },
      })
    const codes = (await Promise.all(['a', 'b', 'c'].map(take))).map(({ code }) => code)
    expect(codes.toSorted((left, right) => left - right)).toEqual([200, 409, 409])
  })

  test('amounts are stored in one form', async () => {
    const namespace = await subject.namespace()
    const requests = { cpu: '1000m', memory: '2048Mi' }
    const limits = { cpu: '1.5', memory: '2Gi' }
    const containers = [{ name: 'main', image: 'i', resources: { requests, limits } }]
    const pod = idlePod(namespace, 'a', { containers })
    const { body } = await subject.rest('POST', `/api/v1/namespaces/${namespace}/pods`, {
      body: pod,
    })
    expect(body.spec?.['containers']).toMatchObject([
      {
        resources: {
          requests: { cpu: '1', memory: '2Gi' },
          limits: { cpu: '1500m', memory: '2Gi' },
        },
      },
    ])
  })

  test('fields that a kind does not have are dropped', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const body = { metadata: { name: 'a', colour: 'red' }, data: { a: '1' }, size: 5 }
    const made = await subject.rest('POST', path, { body })
    expect(made.body).not.toHaveProperty('size')
    expect(made.body.metadata).not.toHaveProperty('colour')
  })

  test('a binding is answered with success, and a second one refused', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/pods`
    await subject.rest('POST', path, { body: idlePod(namespace, 'a') })
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'a' },
      target: { apiVersion: 'v1', kind: 'Node', name: subject.unique('node') },
    }
    const bound = await subject.rest('POST', `${path}/a/binding`, { body })
    expect(bound).toMatchObject({ code: 201, body: { kind: 'Status', status: 'Success' } })
    const again = await subject.rest('POST', `${path}/a/binding`, { body })
    expect(again).toMatchObject({ code: 409, body: { reason: 'Conflict' } })
    await subject.rest('DELETE', `${path}/a?gracePeriodSeconds=0`)
  })

  test('a status is put and read by itself', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/pods`
    const { body } = await subject.rest('POST', path, { body: idlePod(namespace, 'a') })
    const status = { phase: 'Failed', reason: 'Test', message: 'for a test' }
    const put = await subject.rest('PUT', `${path}/a/status`, { body: { ...body, status } })
    expect(put).toMatchObject({ code: 200, body: { status } })
    expect((await subject.rest('GET', `${path}/a/status`)).body.status).toMatchObject(status)
  })

  test('the version of the server and its groups can be read', async () => {
    const version = await subject.rest('GET', '/version')
    expect(version.body).toMatchObject({ major: '1', minor: '36' })
    const groups = await subject.rest('GET', '/apis')
    expect(groups.body.kind).toBe('APIGroupList')
    const core = await subject.rest('GET', '/api/v1')
    expect(core.body['resources']).toContainEqual(
      expect.objectContaining({
        name: 'pods',
        singularName: 'pod',
        namespaced: true,
        shortNames: ['po'],
      }),
    )
  })
}
