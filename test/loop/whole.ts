// A whole life in the loop's fixture: a workspace and a cluster in it are launched, then taken down, and what is left is
// listed. For tests that disturb it on the way.
import { seconds } from '../../shared/domain/time.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { SYSTEM_NAMESPACE } from '../../shared/manifests/agent.ts'
import { registry } from '../../shared/steps/registry.ts'
import { subjectOf } from '../laws/subjects.ts'
import type { VirtualClock } from '../../infra/local/clock.ts'
import type { InProcessOptions } from '../../infra/local/stack/in-process.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'

export async function askForWorkspace({ stack }: Loop, id = 'w-1'): Promise<void> {
  await stack.publish('workspace-requested', event('workspace-requested', id))
}

export async function askForCluster(
  { stack }: Loop,
  options: {
    id?: string
    count?: number
    autoscale?: { min: number; max: number }
    autoterminationMinutes?: number
  } = {},
): Promise<void> {
  const { id = 'c-1', count = 3, autoscale, autoterminationMinutes = 60 } = options
  const executors = { machineType: 'n2-standard-8', ...(autoscale ? { autoscale } : { count }) }
  const data = { executors, autoterminationMinutes }
  await stack.publish('cluster-requested', event('cluster-requested', id, data))
}

/** Takes an entity down as a user will once there is a request for it. */
export async function end(loop: Loop, path: string): Promise<void> {
  const { world } = loop.stack
  const found = await loop.entity(path)
  if (!found) throw new Error(`nothing is at ${path}`)
  const reason = { code: 'USER_REQUEST', type: 'SUCCESS' as const, message: 'asked by a test' }
  const { generation } = found
  if (await takeDown(world, path, { generation, reason, by: 'user' })) await advance(world, path)
}

/** A workspace whose only cluster has ended; `data`: fields of its request. */
export async function startAfterCluster(
  data: Record<string, unknown>,
  options: Partial<InProcessOptions>,
  clock?: VirtualClock,
): Promise<Loop> {
  const loop = await startLoop(options, 1, clock)
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1', data))
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop)
  await loop.reach(CLUSTER, 'RUNNING')
  await end(loop, CLUSTER)
  await loop.reach(CLUSTER, 'TERMINATED')
  return loop
}

/** What the cloud has, by path: machines too, where asked for. */
export function inCloud({ stack }: Loop, withMachines = false): string[] {
  const paths = stack.data.cloud.list()
  return withMachines ? paths : paths.filter((path) => !path.includes('/instances/'))
}

/** Our agent's, and GKE's own. */
const SYSTEM_NAMESPACES = [SYSTEM_NAMESPACE, 'kube-system']

/** Namespaces and pods of clusters, in every GKE cluster. */
export function inKubernetes({ stack }: Loop): string[] {
  return [...stack.data.clusters.values()].flatMap((engine) => [
    ...engine
      .snapshot('v1', 'Namespace')
      .map(({ metadata: { name } }) => name)
      .filter((name) => name.startsWith('kdl-')),
    ...engine
      .snapshot('v1', 'Pod')
      .filter(({ metadata: { namespace = '' } }) => !SYSTEM_NAMESPACES.includes(namespace))
      .map(({ metadata: { namespace, name } }) => `${namespace}/${name}`),
  ])
}

/** Documents that hold something for an entity: its ledger, and any use of a pool, slot, or place in the queue. */
export function heldBy({ stack }: Loop, path: string): string[] {
  return stack.store
    .dump()
    .map((document) => document.path)
    .filter(
      (document) =>
        document.startsWith(`${path}/ledger/`) || /\/(uses|slots|queue)\//.test(document),
    )
}

/** How many there are of each kind of thing: more than a launch wants means made twice. */
export function counted(loop: Loop): Record<string, number> {
  const kinds = [
    ...inCloud(loop, true).map((path) => path.split('/').at(-2) ?? ''),
    ...inKubernetes(loop).map((name) => (name.includes('/') ? 'pods' : 'namespaces')),
  ]
  const counts: Record<string, number> = {}
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

const FIRST = { life: 1, revision: 1, index: 1 }

/** What the registered steps make in Compute, one thing each. */
function inCompute(): Record<string, number> {
  const outputs = new Proxy({}, { get: () => ({ selfLink: 'link' }) })
  const counts: Record<string, number> = {}
  for (const step of registry.filter(({ lane }) => lane === 'network')) {
    const subject = subjectOf('workspace', new Map(), 'first')
    const collection = String(step.input({ subject, ...FIRST }, outputs)['collection'])
    counts[collection] = (counts[collection] ?? 0) + 1
  }
  return counts
}

/** A workspace without clusters. */
export const WORKSPACE_ALONE: Readonly<Record<string, number>> = {
  ...inCompute(),
  clusters: 1,
  /** The system pool. */
  nodePools: 1,
}

/** A workspace with the pools of its clusters, empty or not. */
export const WITH_POOLS = { ...WORKSPACE_ALONE, nodePools: 3 }

/** Long enough for whatever was cut off to come through and be cleared away. */
export const LONG = seconds(900)
