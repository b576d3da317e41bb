// Where clusters land: each workspace in a network and a GKE cluster of its own, each Spark pod alone on a node of its
// pool and zone, and who asks the API server for it.
import { afterEach, expect, it } from 'vitest'
import { labelKeys } from '../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { inCloud } from './whole.ts'

let loop: Loop | undefined
afterEach(() => loop?.stop())

const ZONE_LABEL = 'topology.kubernetes.io/zone'
const alike = {
  driver: { machineType: 'n2-standard-8' },
  executors: { count: 12, machineType: 'n2-standard-8' },
}

async function workspace(of: Loop, name = 'analytics'): Promise<void> {
  const asked = event('workspace-requested', `w-${name}`, { workspace: name })
  await of.stack.publish('workspace-requested', asked)
  await of.reach(`accounts/acme/workspaces/${name}`, 'RUNNING')
}

async function clusters(
  of: Loop,
  wanted: readonly { cluster: string; workspace?: string; zone?: string }[],
): Promise<void> {
  for (const data of wanted) {
    const asked = event('cluster-requested', `c-${data.cluster}`, { ...alike, ...data })
    await of.stack.publish('cluster-requested', asked)
  }
  for (const { cluster, workspace: name = 'analytics' } of wanted) {
    await of.reach(`accounts/acme/workspaces/${name}/clusters/${cluster}`, 'RUNNING')
  }
}

const all = ({ stack }: Loop, apiVersion: string, kind: string): KubernetesObject[] =>
  [...stack.data.clusters.values()].flatMap((engine) => [...engine.snapshot(apiVersion, kind)])

/** Driver and executors of a cluster, each with the node that it is on. */
function placed(of: Loop, cluster: string) {
  const nodes = all(of, 'v1', 'Node')
  return all(of, 'v1', 'Pod')
    .filter(({ metadata }) => metadata.labels?.[labelKeys.cluster] === cluster)
    .map((pod) => {
      const node = nodes.find(({ metadata }) => metadata.name === pod.spec?.['nodeName'])
      return { pod, node }
    })
}

const zonesOf = (of: Loop, cluster: string): Set<string | undefined> =>
  new Set(placed(of, cluster).map(({ node }) => node?.metadata.labels?.[ZONE_LABEL]))

it('R9, zone: each pod alone on a node of its pool, a cluster in one zone unless it is to be everywhere', async () => {
  loop = await startLoop()
  await workspace(loop)
  await clusters(loop, [
    { cluster: 'one' },
    { cluster: 'two' },
    { cluster: 'here', zone: 'europe-west4-b' },
    { cluster: 'wide', zone: 'HA' },
  ])
  const names = ['one', 'two', 'here', 'wide']
  const spark = names.flatMap((name) => (loop ? placed(loop, name) : []))
  expect(spark).toHaveLength(4 * 13)
  expect(new Set(spark.map(({ node }) => node?.metadata.name)).size).toBe(spark.length)
  for (const { pod, node } of spark) {
    expect(node?.metadata.labels).toMatchObject(pod.spec?.['nodeSelector'] as object)
    expect(pod.spec?.['nodeSelector']).toMatchObject({ [labelKeys.pool]: 'n2-standard-8' })
  }
  expect(zonesOf(loop, 'one').size).toBe(1)
  expect(zonesOf(loop, 'two').size).toBe(1)
  expect(zonesOf(loop, 'here')).toEqual(new Set(['europe-west4-b']))
  const free = placed(loop, 'wide').map(({ pod }) => pod.spec?.['nodeSelector'])
  expect(free.every((selector) => !(ZONE_LABEL in (selector as object)))).toBe(true)
})

it('R2, R16: a workspace has a network and a GKE cluster of its own, and clusters of no other workspace', async () => {
  loop = await startLoop()
  await Promise.all([workspace(loop), workspace(loop, 'science')])
  const paths = inCloud(loop)
  expect(paths.filter((path) => path.includes('/networks/'))).toHaveLength(2)
  expect(paths.filter((path) => /\/clusters\/[^/]+$/.test(path))).toHaveLength(2)
  await clusters(loop, [
    { cluster: 'one' },
    { cluster: 'two' },
    { cluster: 'three', workspace: 'science' },
  ])
  const shared = [...loop.stack.data.clusters.values()].map((engine) =>
    engine
      .snapshot('kindling.dev/v1', 'SparkCluster')
      .map(({ metadata }) => metadata.labels?.[labelKeys.cluster] ?? '')
      .toSorted(),
  )
  expect(shared.toSorted((a, b) => a.length - b.length)).toEqual([['three'], ['one', 'two']])
})

it('fairness: all of our calls come from the one identity that has a flow of its own, and from no administrator', async () => {
  const users = new Set<string>()
  loop = await startLoop({
    wrapWorld: (world) => ({
      ...world,
      kubernetes(identity, endpoint) {
        users.add(identity.serviceAccount)
        return world.kubernetes(identity, endpoint)
      },
    }),
  })
  await workspace(loop)
  await clusters(loop, [{ cluster: 'one' }])
  const found = await loop.entity(WORKSPACE)
  const own = found?.kind === 'workspace' ? found.spec.serviceAccount : ''
  expect(own).toMatch(/@.*\.iam\.gserviceaccount\.com$/)
  expect([...users]).toEqual([own])
  const [schema] = all(loop, 'flowcontrol.apiserver.k8s.io/v1', 'FlowSchema')
  expect(schema?.spec?.['rules']).toMatchObject([
    { subjects: [{ kind: 'User', user: { name: own } }] },
  ])
})
