// A life in which functions and agent make every call that they have for Kubernetes: a workspace with warm nodes and a
// cluster, each thing made while somebody else makes it too, everything changed by somebody, sessions, a quota that is
// short, and the end of all.
import { changeSession } from '../../infra/cli/stack-session.ts'
import { virtualClock } from '../../infra/local/clock.ts'
import type { KubernetesCall } from '../../infra/local/kubernetes/call-gate.ts'
import { profile } from '../../infra/local/profile.ts'
import { embeddedKubernetes } from '../../infra/local/stack/embedded-kubernetes.ts'
import { AUDIT_PERIOD } from '../../shared/domain/protocol-times.ts'
import { apiVersionOf, kinds, resourceOf } from '../../shared/manifests/kinds.ts'
import { MANAGED_SELECTOR } from '../../shared/manifests/labels.ts'
import type { JsonObject, KubernetesObject } from '../../shared/manifests/object.ts'
import type { Kubernetes, World } from '../../shared/ports.ts'
import { around } from '../../shared/around.ts'
import { refOf } from '../../shared/steps/kubernetes-objects.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { ask } from '../loop/lifecycle.ts'
import { askForCluster, end } from '../loop/whole.ts'

/** `GROUP RESOURCE VERB`, as rules of roles name them. */
export type CallsByUser = ReadonlyMap<string, ReadonlySet<string>>

const MACHINE = 'n2-standard-8'

export async function everyCall(): Promise<CallsByUser> {
  const calls = new Map<string, Set<string>>()
  const clock = virtualClock(1)
  const times = profile({ speed: 1, random: () => clock.random() })
  const note = (call: KubernetesCall): void => {
    calls.set(call.user, (calls.get(call.user) ?? new Set()).add(rightOf(call)))
  }
  const backEnd = embeddedKubernetes({ clock, profile: times, onCall: note })
  const kubernetes = { is: 'embedded', backEnd } as const
  const loop = await startLoop({ profile: times, kubernetes, wrapWorld: raced }, 1, clock)
  const warm = { monthlyBudget: 5000, nodes: [{ machineType: MACHINE, count: 1 }] }
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1', { warm }))
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop)
  await loop.reach(CLUSTER, 'RUNNING')
  await changeSession(loop.stack, { path: CLUSTER, action: 'open' })
  await ask(loop, 'fewer', { action: 'resize', executors: { count: 1 } })
  await loop.stack.data.cloud.faults.set('quota', { metric: 'N2_CPUS', limit: 60 })
  await ask(loop, 'too many', { action: 'resize', executors: { count: 20 } })
  await loop.clock.advance(AUDIT_PERIOD)
  await disturbAll(loop)
  await loop.clock.advance(3 * AUDIT_PERIOD)
  await end(loop, CLUSTER)
  await loop.reach(CLUSTER, 'TERMINATED')
  await end(loop, WORKSPACE)
  await loop.reach(WORKSPACE, 'NOT_PROVISIONED')
  await loop.stop()
  return calls
}

function rightOf({ verb, apiVersion, kind, subresource }: KubernetesCall): string {
  const { group, plural } = resourceOf(apiVersion, kind) ?? { group: '', plural: kind }
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`
  return `${group} ${resource} ${verb === 'deleteAll' ? 'deletecollection' : verb}`
}

/** The first object of each kind was made by another hand just before. */
function raced(world: World): World {
  const made = new Set<string>()
  return {
    ...world,
    kubernetes: (...of) =>
      around('kubernetes', world.kubernetes(...of), async ({ method, args }, proceed) => {
        const [{ kind }] = args as [KubernetesObject] // the first of every method
        if (method === 'create' && !made.has(kind)) {
          made.add(kind)
          await proceed()
        }
        return proceed()
      }),
  }
}

/** What somebody changes in each thing of ours, by kind. */
const CHANGES: Readonly<Record<string, JsonObject>> = {
  ClusterRole: { rules: [] },
  ClusterRoleBinding: { subjects: [] },
  CustomResourceDefinition: { spec: { names: { singular: 'spark' } } },
  Deployment: { spec: { replicas: 0 } },
  FlowSchema: { spec: { matchingPrecedence: 9999 } },
  LimitRange: { spec: { limits: [] } },
  Namespace: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
  NetworkPolicy: { spec: { ingress: [{}] } },
  PodDisruptionBudget: { spec: { maxUnavailable: 0 } },
  PriorityLevelConfiguration: { spec: { limited: { nominalConcurrencyShares: 1 } } },
  ResourceQuota: { spec: { hard: { pods: '999' } } },
  Role: { rules: [] },
  RoleBinding: { subjects: [] },
  Service: { spec: { selector: { app: 'other' } } },
  ServiceAccount: { automountServiceAccountToken: true },
  SparkCluster: { spec: { executors: { count: 900 } } },
}

async function disturbAll({ stack }: Loop): Promise<void> {
  const [engine] = stack.data.clusters.values()
  if (!engine) throw new Error('there is no Kubernetes')
  const kubernetes: Kubernetes = engine.face('system:masters')
  for (const resource of kinds) {
    const change = CHANGES[resource.kind]
    if (!change) continue
    const kind = { apiVersion: apiVersionOf(resource), kind: resource.kind }
    const { items } = await kubernetes.list(kind, { labelSelector: MANAGED_SELECTOR })
    for (const object of items) await kubernetes.patch(refOf(object), change)
  }
}
