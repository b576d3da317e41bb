// Clusters and pools as the container API answers them: what was asked for, what the server filled in, how it stands.
import type { GkeCluster, NodePool } from '../../../../shared/google-cloud.ts'
import { NODE_VERSION } from '../nodes/node-template.ts'
import type { ClusterRecord, PoolRecord } from './cluster-record.ts'
import { containerLink } from './container-paths.ts'

export function clusterOutput(cluster: ClusterRecord, isActive: boolean): GkeCluster {
  const { spec, runtime, status, conditions } = cluster
  const endpoint = runtime ? { endpoint: runtime.endpoint } : {}
  return structuredClone({
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
    nodePools: Array.from(cluster.pools.values(), (pool) => poolOutput(cluster, pool)),
    id: cluster.id,
    selfLink: containerLink(cluster.project, cluster.path),
    // GKE works on a cluster whose pools are being changed, and says so.
    status: status === 'RUNNING' && isActive ? 'RECONCILING' : status,
    ...(conditions.length > 0 ? { conditions } : {}),
    currentMasterVersion: NODE_VERSION.slice(1),
  } satisfies GkeCluster)
}

export function poolOutput(cluster: ClusterRecord, pool: PoolRecord): NodePool {
  const { runtime, project } = cluster
  const groups = pool.locations.map((zone) => {
    const group = runtime?.fleet.instanceGroup(pool.spec.name, zone)
    return `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/instanceGroupManagers/${group}`
  })
  return structuredClone({
    ...pool.spec,
    locations: pool.locations,
    status: pool.status,
    ...(pool.conditions.length > 0 ? { conditions: pool.conditions } : {}),
    instanceGroupUrls: runtime ? groups : [],
  } satisfies NodePool)
}
