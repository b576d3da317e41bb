// Clusters and pools as the container API answers them: what was asked for, what the server filled in, how it stands.
import { frozenCopy } from '../../kubernetes/frozen-json.ts'
import type { GkeCluster, NodePool } from '../../../../shared/google-cloud.ts'
import { NODE_VERSION } from '../nodes/node-template.ts'
import { type FaultBoard, isMeant } from '../faults/fault-board.ts'
import type { ClusterRecord, PoolRecord } from './cluster-record.ts'
import { containerLink } from './container-paths.ts'

type Faults = Pick<FaultBoard, 'all'>

export function clusterOutput(
  cluster: ClusterRecord,
  isActive: boolean,
  faults: Faults,
): GkeCluster {
  const { spec, runtime } = cluster
  const { status, conditions } = shownCluster(cluster, faults)
  const endpoint = runtime ? { endpoint: runtime.endpoint } : {}
  return frozenCopy({
    ...spec,
    locations: cluster.locations,
    controlPlaneEndpointsConfig: {
      ...spec.controlPlaneEndpointsConfig,
      dnsEndpointConfig: {
        allowExternalTraffic: false,
        ...spec.controlPlaneEndpointsConfig?.dnsEndpointConfig,
        ...endpoint,
      },
    },
    nodePools: Array.from(cluster.pools.values(), (pool) => poolOutput(cluster, pool, faults)),
    id: cluster.id,
    selfLink: containerLink(cluster.project, cluster.path),
    // GKE works on a cluster whose pools are being changed, and says so.
    status: status === 'RUNNING' && isActive ? 'RECONCILING' : status,
    ...(conditions.length > 0 ? { conditions } : {}),
    currentMasterVersion: NODE_VERSION.slice(1),
  } satisfies GkeCluster)
}

export function poolOutput(cluster: ClusterRecord, pool: PoolRecord, faults: Faults): NodePool {
  const { runtime, project } = cluster
  const { status, conditions } = shownPool(cluster, pool, faults)
  const groups = pool.locations.map((zone) => {
    const group = runtime?.fleet.instanceGroup(pool.spec.name, zone)
    return `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/instanceGroupManagers/${group}`
  })
  return frozenCopy({
    ...pool.spec,
    locations: pool.locations,
    status,
    ...(conditions.length > 0 ? { conditions } : {}),
    instanceGroupUrls: runtime ? groups : [],
  } satisfies NodePool)
}

function shownCluster(
  cluster: ClusterRecord,
  faults: Faults,
): Pick<ClusterRecord, 'status' | 'conditions'> {
  const { path, name } = cluster
  const fault = faults.all('cluster-error').find((each) => isMeant(each.cluster, path, name))
  if (!fault || cluster.status !== 'RUNNING') return cluster
  const { status, condition = 'UNKNOWN', message = 'The cluster has an error.' } = fault
  return { status, conditions: [{ code: condition, message }] }
}

function shownPool(
  { path, name }: ClusterRecord,
  pool: PoolRecord,
  faults: Faults,
): Pick<PoolRecord, 'status' | 'conditions'> {
  const fault = faults
    .all('pool-error')
    .find((each) => isMeant(each.cluster, path, name) && isMeant(each.pool, pool.spec.name))
  if (!fault || pool.status !== 'RUNNING') return pool
  const { status, condition = 'UNKNOWN', message = 'The node pool has an error.' } = fault
  return { status, conditions: [{ code: condition, message }] }
}
