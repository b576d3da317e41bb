// What somebody else changed in a thing of ours, where it matters for security, is noticed and put back.
import { afterEach, describe, expect, it } from 'vitest'
import type { GkeCluster, NetworkResources } from '../../shared/google-cloud.ts'
import { AGENT, SYSTEM_NAMESPACE } from '../../shared/manifests/agent.ts'
import type { JsonObject, KubernetesObject, ObjectRef } from '../../shared/manifests/object.ts'
import type { Kubernetes } from '../../shared/ports.ts'
import { firewall } from '../../shared/steps/firewall.ts'
import { gkeCluster } from '../../shared/steps/gke-cluster.ts'
import { stepNamed } from '../../shared/steps/registry.ts'
import { routerNat } from '../../shared/steps/router-nat.ts'
import { workspaceServices } from '../../shared/steps/workspace-services.ts'
import { converge } from './converge.ts'
import { type Lab, startLab } from './lab.ts'

let lab: Lab
afterEach(() => lab.stop())

const look = async (): Promise<string> =>
  (await lab.drive(lab.step.observe(lab.ports(), lab.input))).is

/** The thing made, and the world as it is then. */
async function made({ name }: { readonly name: string }): Promise<string[]> {
  lab = await startLab(stepNamed(name))
  await converge(lab, 'up')
  await lab.rest()
  return lab.dump()
}

/** Changed by somebody and seen; the world after it was put right. */
async function afterwards(before: string[], change: () => Promise<unknown>): Promise<string[]> {
  await lab.drive(change())
  await lab.rest()
  expect(await lab.dump()).not.toEqual(before)
  await restored()
  expect(await look()).toBe('present')
  return lab.dump()
}

const rule = () => lab.input['resource'] as NetworkResources['firewalls']

const patch = (change: Partial<NetworkResources['firewalls']>) =>
  lab.ports().network.patch('firewalls', { ...rule(), ...change }, crypto.randomUUID())

describe('a firewall rule', () => {
  it.each([
    ['switched off', { disabled: true }],
    ['for fewer sources', { sourceRanges: ['10.0.0.0/8'] }],
    ['for fewer protocols', { denied: [{ IPProtocol: 'tcp', ports: ['22'] }] }],
    ['without a log', { logConfig: { enable: false } }],
    ['behind all others', { priority: 65_535 }],
  ])('%s', async (_, change) => {
    const before = await made(firewall)
    expect(await afterwards(before, () => patch(change))).toEqual(before)
  })

  it('that was replaced by one that lets everybody in goes, and is made again', async () => {
    await made(firewall)
    const { denied: _denied, ...rest } = rule()
    const { network } = lab.ports()
    await lab.drive(network.delete('firewalls', rule().name, crypto.randomUUID()))
    await lab.rest()
    const open = { ...rest, allowed: [{ IPProtocol: 'all' }] }
    await lab.drive(lab.ports().network.insert('firewalls', open, crypto.randomUUID()))
    await lab.rest()
    expect(await look()).toBe('partial')
    await converge(lab, 'up')
    const found = await lab.drive(lab.ports().network.get('firewalls', rule().name))
    expect(found).toMatchObject({ denied: [{ IPProtocol: 'all' }] })
    expect(found).not.toHaveProperty('allowed')
  })
})

describe('the NAT', () => {
  type Nats = NetworkResources['routers']['nats']
  const logless = { enable: false, filter: 'ERRORS_ONLY' } as const

  it.each([
    ['gone from its router', (): Nats => []],
    ['without a log', (nats: Nats): Nats => nats.map((nat) => ({ ...nat, logConfig: logless }))],
  ])('%s', async (_, change) => {
    const before = await made(routerNat)
    const router = lab.input['resource'] as NetworkResources['routers']
    const changed = { ...router, nats: change(router.nats) }
    const act = () => lab.ports().network.patch('routers', changed, crypto.randomUUID())
    expect(await afterwards(before, act)).toEqual(before)
  })
})

const name = () => (lab.input['cluster'] as GkeCluster).name
const seen = async () => lab.drive(lab.ports().gke.getCluster(name()))
/** One look, which finds a change, and what is done about it. */
const restored = async (): Promise<void> => {
  expect(await look()).toBe('partial')
  await converge(lab, 'up')
  await lab.rest()
}

describe('the GKE cluster', () => {
  it.each([
    [{ shieldedNodes: { enabled: false } }],
    [{ controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: true } } }],
    [
      {
        controlPlaneEndpointsConfig: {
          dnsEndpointConfig: { allowExternalTraffic: true, enableK8sCertsViaDns: true },
        },
      },
    ],
    [{ releaseChannel: { channel: 'RAPID' as const } }],
    [{ anonymousAuthenticationConfig: { mode: 'ENABLED' as const } }],
    [{ loggingConfig: { componentConfig: { enableComponents: [] } } }],
    [
      {
        rbacBindingConfig: {
          enableInsecureBindingSystemUnauthenticated: true,
          enableInsecureBindingSystemAuthenticated: true,
        },
      },
    ],
  ])('with %o', async (change) => {
    await made(gkeCluster)
    const before = await seen()
    await lab.drive(lab.ports().gke.updateCluster(name(), change))
    await lab.rest()
    await restored()
    expect(await look()).toBe('present')
    expect(await seen()).toEqual(before)
  })

  it('upgrades: gets its maintenance window back, and each of several settings in turn', async () => {
    await made(gkeCluster)
    const before = await seen()
    const window = { startTime: '2026-01-05T08:00:00.000Z', endTime: '2026-01-05T16:00:00.000Z' }
    const policy = { window: { recurringWindow: { window, recurrence: 'FREQ=DAILY' } } }
    await lab.drive(lab.ports().gke.setMaintenancePolicy(name(), policy))
    await lab.rest()
    await lab.drive(lab.ports().gke.updateCluster(name(), { shieldedNodes: { enabled: false } }))
    await lab.rest()
    await restored()
    await restored()
    expect(await look()).toBe('present')
    expect(await seen()).toEqual(before)
  })

  it('may log more than it must', async () => {
    await made(gkeCluster)
    const enableComponents = ['WORKLOADS', 'APISERVER', 'SYSTEM_COMPONENTS']
    const change = { loggingConfig: { componentConfig: { enableComponents } } }
    await lab.drive(lab.ports().gke.updateCluster(name(), change))
    await lab.rest()
    expect(await look()).toBe('present')
  })
})

const kubernetes = (): Kubernetes => lab.ports().kubernetes(String(lab.input['endpoint']))

describe('what is installed in the GKE cluster', () => {
  const rbac = 'rbac.authorization.k8s.io/v1'
  const agent = { namespace: SYSTEM_NAMESPACE, name: AGENT }
  const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }

  const changes: readonly [string, ObjectRef, JsonObject][] = [
    [
      'a policy with a hole',
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        namespace: SYSTEM_NAMESPACE,
        name: 'deny-all',
      },
      { spec: { ingress: [{}] } },
    ],
    [
      'a role with more verbs',
      { apiVersion: rbac, kind: 'ClusterRole', name: AGENT },
      { rules: [everything] },
    ],
    [
      'a binding for more subjects',
      { apiVersion: rbac, kind: 'ClusterRoleBinding', name: AGENT },
      { subjects: [{ kind: 'Group', name: 'system:authenticated' }] },
    ],
    [
      'a namespace open to any pod',
      { apiVersion: 'v1', kind: 'Namespace', name: SYSTEM_NAMESPACE },
      { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
    ],
    [
      'an account that mounts its token',
      { apiVersion: 'v1', kind: 'ServiceAccount', ...agent },
      { automountServiceAccountToken: true },
    ],
    [
      'no agent',
      { apiVersion: 'apps/v1', kind: 'Deployment', ...agent },
      { spec: { replicas: 0 } },
    ],
    [
      'fairness: a flow schema behind all others',
      { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', name: 'kindling' },
      { spec: { matchingPrecedence: 10_000 } },
    ],
  ]

  it.each(changes)('%s', async (_, ref, change) => {
    await made(workspaceServices)
    const before = await lab.drive(kubernetes().get(ref))
    await lab.drive(kubernetes().patch(ref, change))
    expect(await look()).toBe('partial')
    await converge(lab, 'up')
    expect(await look()).toBe('present')
    expect(contentOf(await lab.drive(kubernetes().get(ref)))).toEqual(contentOf(before))
  })

  it('an object that is gone, and a binding that gives another role', async () => {
    await made(workspaceServices)
    const ref = { apiVersion: rbac, kind: 'ClusterRoleBinding', name: AGENT }
    const before = await lab.drive(kubernetes().get(ref))
    if (!before) throw new Error('there is no binding')
    await lab.drive(kubernetes().delete(ref))
    expect(await look()).toBe('partial')
    const { uid: _uid, resourceVersion: _version, ...metadata } = before.metadata
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' }
    await lab.drive(kubernetes().create({ ...before, metadata, roleRef }))
    expect(await look()).toBe('partial')
    await converge(lab, 'up')
    expect(await look()).toBe('present')
    expect(contentOf(await lab.drive(kubernetes().get(ref)))).toEqual(contentOf(before))
  })

  it('labels of others are left alone', async () => {
    await made(workspaceServices)
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: SYSTEM_NAMESPACE }
    await lab.drive(kubernetes().patch(ref, { metadata: { labels: { team: 'data' } } }))
    expect(await look()).toBe('present')
  })
})

function contentOf(object: KubernetesObject | undefined): object {
  const { status: _status, metadata, ...content } = object ?? { metadata: {} }
  return { ...content, labels: metadata.labels }
}
