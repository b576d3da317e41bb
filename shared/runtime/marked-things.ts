// Everything outside that bears the mark of one workspace, as the audit compares it with the ledgers, and how each kind of
// it is removed. One kind that cannot be listed does not keep the others from being audited.
import { snapshotTopic } from '../../events/pod-snapshot.ts'
import { AUDITED, type Audited, type Marked } from '../domain/audit.ts'
import type { WorkspaceOutputs } from '../domain/entity.ts'
import { requestUuid } from '../domain/names.ts'
import type { Identity } from '../domain/plan.ts'
import type { NetworkCollection } from '../google-cloud.ts'
import { labelKeys, MANAGED_SELECTOR } from '../manifests/labels.ts'
import { lifeInDescription, lifeInLabels, lifeInObject } from '../manifests/marked-life.ts'
import type { ObjectList, World } from '../ports.ts'
import type { StepPorts } from '../steps/step.ts'
import { textOf } from './failures.ts'

/** `leaving`: on its way out already. */
export type Found = Marked & {
  readonly leaving: boolean
  /** Of a namespace: the cluster that it says it belongs to. */
  readonly cluster?: string
}

export interface Place {
  readonly identity: Identity
  readonly ports: StepPorts
  /** The workspace's GKE cluster, while it has one that answers. */
  readonly gke: WorkspaceOutputs | undefined
}

export interface Listing {
  readonly found: readonly Found[]
  readonly unlisted: ReadonlySet<Audited>
}

export async function listMarked(log: World['log'], place: Place): Promise<Listing> {
  const unlisted = new Set<Audited>()
  const lists = await Promise.all(
    AUDITED.map(async (kind) => {
      try {
        return await KINDS[kind].list(place)
      } catch (error) {
        unlisted.add(kind)
        log('WARNING', 'audit could not list', { kind, ...idsOf(place), error: textOf(error) })
        return []
      }
    }),
  )
  return { found: lists.flat(), unlisted }
}

/** Asks for its removal; the next audit sees whether it went. Throws what the port throws. */
export function removeMarked(place: Place, thing: Marked): Promise<unknown> {
  return KINDS[thing.kind].remove(place, thing)
}

const idsOf = ({ identity: { account, workspace } }: Place) => ({ account, workspace })

interface Kind {
  list(place: Place): Promise<Found[]>
  remove(place: Place, thing: Marked): Promise<unknown>
}

const KINDS: Readonly<Record<Audited, Kind>> = {
  namespace: {
    list: listNamespaces,
    async remove({ ports, gke }, { name, uid }) {
      if (!gke || uid === undefined) return
      const ref = { apiVersion: 'v1', kind: 'Namespace', name }
      await ports.kubernetes(gke.endpoint).delete(ref, { uid })
    },
  },
  'node-pool': {
    list: listPools,
    remove: async ({ ports, gke }, { name }) =>
      gke && ports.gke.deleteNodePool(gke.gkeCluster, name),
  },
  'gke-cluster': {
    list: listClusters,
    remove: ({ ports }, { name }) => ports.gke.deleteCluster(name),
  },
  topic: {
    list: listTopic,
    async remove({ ports: { bus } }, { name }) {
      const topic = await bus.getTopic(name)
      for (const subscription of topic?.subscriptions ?? [])
        await bus.unsubscribe(subscription.name)
      await bus.deleteTopic(name)
    },
  },
  firewall: inCompute('firewall', 'firewalls'),
  router: inCompute('router', 'routers'),
  subnet: inCompute('subnet', 'subnetworks'),
  network: inCompute('network', 'networks'),
}

async function listClusters({ ports, identity }: Place): Promise<Found[]> {
  const clusters = await ports.gke.listClusters()
  return clusters.flatMap(({ name, resourceLabels, id, status }) => {
    const life = lifeInLabels(identity, resourceLabels)
    if (life === undefined) return []
    const own = id === undefined ? {} : { uid: id }
    return [{ kind: 'gke-cluster' as const, name, life, leaving: status === 'STOPPING', ...own }]
  })
}

/** Pools of the workspace's own GKE cluster; those of an orphaned one go with it. */
async function listPools({ ports, identity, gke }: Place): Promise<Found[]> {
  if (!gke) return []
  const pools = await ports.gke.listNodePools(gke.gkeCluster)
  return pools.flatMap(({ name, config, status }) => {
    const life = lifeInLabels(identity, config.resourceLabels)
    if (life === undefined) return []
    return [{ kind: 'node-pool' as const, name, life, leaving: status === 'STOPPING' }]
  })
}

/** Namespaces of clusters; the one of Kindling's own services belongs to the GKE cluster and goes with it. */
async function listNamespaces({ ports, identity, gke }: Place): Promise<Found[]> {
  if (!gke) return []
  const kubernetes = ports.kubernetes(gke.endpoint)
  const found: Found[] = []
  let page: ObjectList | undefined
  do {
    page = await kubernetes.list(
      { apiVersion: 'v1', kind: 'Namespace' },
      {
        labelSelector: MANAGED_SELECTOR,
        limit: 500,
        ...(page?.continue === undefined ? {} : { continue: page.continue }),
      },
    )
    for (const { metadata } of page.items) {
      const { name, uid, labels } = metadata
      const life = lifeInObject(identity, labels)
      const cluster = labels?.[labelKeys.cluster]
      if (life === undefined || cluster === undefined) continue
      const leaving = metadata.deletionTimestamp !== undefined
      found.push({
        kind: 'namespace',
        name,
        life,
        leaving,
        cluster,
        ...(uid === undefined ? {} : { uid }),
      })
    }
  } while (page.continue !== undefined)
  return found
}

/** There is nothing to list: a workspace's topic has one name. */
async function listTopic({ ports, identity }: Place): Promise<Found[]> {
  const name = snapshotTopic(identity.account, identity.workspace)
  const topic = await ports.bus.getTopic(name)
  const life = lifeInLabels(identity, topic?.labels)
  return life === undefined ? [] : [{ kind: 'topic', name, life, leaving: false }]
}

function inCompute(kind: Audited, collection: NetworkCollection): Kind {
  return {
    async list({ ports, identity }) {
      const resources = await ports.network.list(collection)
      return resources.flatMap(({ name, description, id }) => {
        const life = lifeInDescription(identity, description)
        if (life === undefined) return []
        return [{ kind, name, life, leaving: false, ...(id === undefined ? {} : { uid: id }) }]
      })
    },
    remove({ ports: { network, clock } }, { name }) {
      // Compute would answer the repeat of a call with the first one's end.
      const id = requestUuid(`audit ${name} ${clock.now()} ${clock.random()}`)
      return network.delete(collection, name, id)
    },
  }
}
