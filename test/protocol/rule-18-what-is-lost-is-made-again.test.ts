// Protocol rule 18, from the ledger to the world: what a settled run has made and somebody took away, or changed, is seen by
// the audit and made again by the usual attempts, under its own name.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { namespaceName, nodePoolName } from '../../shared/domain/names.ts'
import type { Subject } from '../../shared/domain/plan.ts'
import { minutes } from '../../shared/domain/time.ts'
import { SPARK_CLUSTER } from '../../shared/manifests/spark-cluster-crd.ts'
import type { Kubernetes } from '../../shared/ports.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { named } from './gate.ts'
import { CLUSTER, POOL, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
})
afterEach(() => scene.stop())

const AUDIT = minutes(31)
const ids = { account: 'acme', workspace: 'analytics' }
const SPACE = namespaceName({ ...ids, cluster: 'etl' }, 1)

const isSettled = async (path: string) => (await scene.currentRun(path)).is === 'settled'
const inCloud = (part: string) => scene.data.cloud.list().filter((path) => path.includes(part))
const apart = () =>
  scene.logged
    .filter(({ message }) => message === 'thing has come apart')
    .map(({ fields }) => `${String(fields['key'])} ${String(fields['seen'])}`)

async function withCluster(): Promise<void> {
  await scene.accept('cluster-requested', 'c-1', { autoterminationMinutes: 0 })
  await scene.reach(CLUSTER, 'RUNNING')
  await scene.until('settled', () => isSettled(CLUSTER))
}

/** As the customer's own administrator. */
function kubernetes(): Kubernetes {
  const [engine] = scene.data.clusters.values()
  if (!engine) throw new Error('there is no GKE cluster')
  return engine.face('system:masters')
}

async function identity(): Promise<Subject['identity']> {
  const run = await scene.currentRun(WORKSPACE)
  if (!('plan' in run) || !run.plan) throw new Error('the workspace has no plan')
  return run.plan.subject.identity
}

/** Opened again by the next audit, and settled soon after. */
async function healed(path: string, withinMs = minutes(15)): Promise<void> {
  await scene.until('opened again', async () => !(await isSettled(path)), AUDIT)
  await scene.until('settled again', () => isSettled(path), withinMs)
}

describe('rule 18: what is lost in a cluster is made again', () => {
  it.each([
    ['networking.k8s.io/v1', 'NetworkPolicy'],
    ['v1', 'ResourceQuota'],
    ['v1', 'ServiceAccount'],
  ])(
    '%s %s, one of those in its namespace; its pods run on meanwhile',
    async (apiVersion, kind) => {
      await withCluster()
      const list = async () => (await kubernetes().list({ apiVersion, kind })).items
      const ours = (await list()).filter(({ metadata }) => metadata.namespace === SPACE)
      const own = ours.filter(({ metadata }) => metadata.name !== 'default')
      const [lost] = own
      if (!lost) throw new Error(`there is no ${kind}`)
      const pods = (await kubernetes().list({ apiVersion: 'v1', kind: 'Pod' })).items.map(
        ({ metadata }) => metadata.uid,
      )
      const { name, namespace = '' } = lost.metadata
      await scene.run(kubernetes().delete({ apiVersion, kind, name, namespace }))
      const states = new Set<string>()
      scene.store.onWritten(({ path, data }) => {
        if (path === CLUSTER) states.add(JSON.stringify([data?.['state'], data?.['reason']]))
      })
      await healed(CLUSTER)
      expect(apart()).toEqual(['namespace-g1 partial'])
      const again = (await list()).filter(({ metadata }) => metadata.namespace === SPACE)
      expect(again.map(({ metadata }) => metadata.name)).toEqual(
        ours.map(({ metadata }) => metadata.name),
      )
      const after = (await kubernetes().list({ apiVersion: 'v1', kind: 'Pod' })).items.map(
        ({ metadata }) => metadata.uid,
      )
      expect(new Set(after)).toEqual(new Set(pods))
      expect([...states].filter((state) => !state.includes('RUNNING'))).toEqual([])
    },
  )

  it('the custom resource, with the pods that it owned', async () => {
    await withCluster()
    const [resource] = (await kubernetes().list(SPARK_CLUSTER)).items
    if (!resource) throw new Error('there is no custom resource')
    const { name, namespace = '', uid } = resource.metadata
    await scene.run(kubernetes().delete({ ...SPARK_CLUSTER, name, namespace }))
    await healed(CLUSTER, minutes(30))
    const [again] = (await kubernetes().list(SPARK_CLUSTER)).items
    expect(again?.metadata.name).toBe(name)
    expect(again?.metadata.uid).not.toBe(uid)
    expect(await scene.entity(CLUSTER)).toMatchObject({
      state: 'RUNNING',
      executors: { ready: 10 },
    })
  })

  it('the whole namespace', async () => {
    await withCluster()
    await scene.run(kubernetes().delete({ apiVersion: 'v1', kind: 'Namespace', name: SPACE }))
    await healed(CLUSTER, minutes(30))
    expect(await scene.entity(CLUSTER)).toMatchObject({
      state: 'RUNNING',
      executors: { ready: 10 },
    })
  })
})

describe('rule 18: what is lost in a workspace is made again', () => {
  it('a node pool: under its name, and only that', async () => {
    await withCluster()
    const name = nodePoolName({ ...ids, pool: 'n2-standard-8' }, 1)
    const { gke } = scene.data.cloud.face(await identity())
    const [cluster] = await gke.listClusters()
    await gke.deleteNodePool(cluster?.name ?? '', name)
    await scene.until('gone', () => inCloud(`/nodePools/${name}`).length === 0)
    scene.main.gate.calls.length = 0
    await healed(POOL)
    expect(inCloud(`/nodePools/${name}`)).toHaveLength(1)
    const made = scene.main.gate.calls.filter(named('gke.createNodePool'))
    expect(made).toHaveLength(1)
    await scene.until(
      'all ready again',
      async () => {
        const entity = await scene.entity(CLUSTER)
        return entity.kind === 'cluster' && 'executors' in entity && entity.executors.ready === 10
      },
      minutes(60),
    )
  })

  it('a firewall rule and the router', async () => {
    const { network } = scene.data.cloud.face(await identity())
    const before = scene.data.cloud.list()
    for (const collection of ['firewalls', 'routers'] as const) {
      const [resource] = await network.list(collection)
      await network.delete(collection, resource?.name ?? '', crypto.randomUUID())
    }
    await scene.until('gone', () => scene.data.cloud.list().length === before.length - 2)
    await healed(WORKSPACE)
    expect(scene.data.cloud.list().toSorted()).toEqual(before.toSorted())
    expect(apart().toSorted()).toEqual(['firewall-g1 absent', 'router-nat-g1 absent'])
    expect((await scene.entity(WORKSPACE)).state).toBe('RUNNING')
  })
})

describe('rule 18: what was changed is put back, and told', () => {
  it('a firewall rule that was opened', async () => {
    const { network } = scene.data.cloud.face(await identity())
    const [before] = await network.list('firewalls')
    if (!before) throw new Error('there is no firewall rule')
    const opened = { ...before, sourceRanges: ['10.0.0.0/8'] }
    await network.patch('firewalls', opened, crypto.randomUUID())
    await healed(WORKSPACE)
    expect(await network.get('firewalls', before.name)).toEqual(before)
    expect(apart()).toEqual(['firewall-g1 partial'])
  })

  it('the security that is admitted in a namespace', async () => {
    await withCluster()
    const space = { apiVersion: 'v1', kind: 'Namespace', name: SPACE }
    const before = await kubernetes().get(space)
    const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' }
    expect(before?.metadata.labels).not.toMatchObject(labels)
    await kubernetes().patch(space, { metadata: { labels } })
    await healed(CLUSTER)
    expect((await kubernetes().get(space))?.metadata.labels).toEqual(before?.metadata.labels)
    expect(apart()).toEqual(['namespace-g1 partial'])
  })
})

describe('rule 18: a look', () => {
  it('at what has lost its mark touches nothing, and tells people', async () => {
    await withCluster()
    const labels = { 'app.kubernetes.io/managed-by': 'somebody' }
    const space = { apiVersion: 'v1', kind: 'Namespace', name: SPACE }
    await kubernetes().patch(space, { metadata: { labels } })
    scene.main.gate.calls.length = 0
    await scene.clock.advance(AUDIT)
    const told = scene.logged.filter(({ message }) => message === 'thing has lost its mark')
    expect(told.map(({ fields }) => fields['key'])).toContain('namespace-g1')
    const writes = scene.main.gate.calls.filter(
      ({ port, method }) => port === 'kubernetes' && isMutation(method),
    )
    expect(writes).toEqual([])
    expect((await scene.entity(CLUSTER)).state).toBe('RUNNING')
  })

  it('changes nothing: an audit of what is well asks the cloud and Kubernetes, and writes to neither', async () => {
    await withCluster()
    scene.main.gate.calls.length = 0
    await scene.clock.advance(AUDIT)
    const outside = scene.main.gate.calls.filter(({ port }) => !['store', 'clock'].includes(port))
    const written = outside.filter(({ method }) => isMutation(method) && method !== 'publish')
    expect(outside.length).toBeGreaterThan(20)
    expect(written).toEqual([])
    expect(apart()).toEqual([])
  })

  it('that cannot be made says nothing: nobody is made again because the API server does not answer', async () => {
    await withCluster()
    const down = scene.main.gate.answer(
      ({ port }) => port === 'kubernetes',
      async () => {
        throw new Error('no route')
      },
    )
    await scene.clock.advance(2 * AUDIT)
    down.release()
    expect(apart()).toEqual([])
    expect((await scene.entity(CLUSTER)).state).toBe('RUNNING')
  })
})
