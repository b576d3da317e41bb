// What somebody changes in a workspace that runs is found by the sweep, put back and reported, and nobody else notices.
import { expect, it } from 'vitest'
import { AUDIT_PERIOD } from '../../shared/domain/protocol-times.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { NetworkResources } from '../../shared/google-cloud.ts'
import { AGENT } from '../../shared/manifests/agent.ts'
import { identityOf } from '../laws/subjects.ts'
import { event, type Loop, startLoop, WORKSPACE } from './fixture.ts'

/** What others may reach of the workspace: its Google Cloud and its Kubernetes. */
function outside({ stack }: Loop) {
  const { gke, network } = stack.data.cloud.face({ ...identityOf(), project: 'acme-analytics-dev' })
  const nameOf = (collection: string): string =>
    stack.data.cloud
      .list()
      .find((path) => path.includes(`/${collection}/`))
      ?.split('/')
      .at(-1) ?? ''
  const [engine] = stack.data.clusters.values()
  if (!engine) throw new Error('there is no Kubernetes')
  return { gke, network, nameOf, kubernetes: engine.face('system:masters') }
}

/** Ledger keys of what was reported to have come apart. */
function apart({ logged }: Loop): string[] {
  return logged
    .filter(({ message }) => message === 'thing has come apart')
    .map(({ fields }) => String(fields['key']))
}

it('drift in firewall, GKE cluster and RBAC is put back within two audits, while the workspace runs on', async () => {
  const loop = await startLoop()
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await loop.reach(WORKSPACE, 'RUNNING')
  // Left alone, it has not changed in any eye.
  await loop.clock.advance(2 * AUDIT_PERIOD + minutes(10))
  expect(apart(loop)).toEqual([])
  const { gke, network, nameOf, kubernetes } = outside(loop)
  const [rule, cluster] = [nameOf('firewalls'), nameOf('clusters')]
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: AGENT }
  const before = await kubernetes.get(role)

  const found = await network.get('firewalls', rule)
  const open = { ...found, disabled: true } as NetworkResources['firewalls']
  await network.patch('firewalls', open, crypto.randomUUID())
  await gke.updateCluster(cluster, { shieldedNodes: { enabled: false } })
  const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
  await kubernetes.patch(role, { rules: [everything] })
  await loop.clock.advance(minutes(5))
  expect((await network.get('firewalls', rule))?.disabled).toBe(true)

  const states = new Set<string | undefined>()
  for (let passed = 0; passed < 2 * AUDIT_PERIOD + minutes(5); passed += minutes(1)) {
    await loop.clock.advance(minutes(1))
    states.add((await loop.entity(WORKSPACE))?.state)
  }
  expect((await network.get('firewalls', rule))?.disabled).toBe(false)
  expect((await gke.getCluster(cluster))?.shieldedNodes).toEqual({ enabled: true })
  expect((await kubernetes.get(role))?.['rules']).toEqual(before?.['rules'])
  expect([...states]).toEqual(['RUNNING'])
  expect(apart(loop).toSorted()).toEqual(['firewall-g1', 'gke-cluster-g1', 'workspace-services-g1'])
  await loop.stop()
})
