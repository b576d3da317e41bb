// Launches as requests ask for them, in a workspace with a pool: what models about shared things race with.
import { wishOfRequest } from '../../shared/domain/cluster-wish.ts'
import { clusterPath } from './places.ts'
import type { World } from '../../shared/ports.ts'
import { acceptClusterWish, type ClusterAsk } from '../../shared/runtime/accept-cluster-wish.ts'
import { clusterSpec } from '../situations.ts'

const MACHINE = 'n2-standard-8'
/** Driver and executors on machines of one shape. */
export const oneShape = clusterSpec(1, { driver: { machineType: MACHINE } })

/** `request`: names it; the same name is the same request. `wish`: a launch, unless said. */
export function launch(
  world: World,
  cluster: string,
  request: string,
  wish: ClusterAsk['wish'] = (before) => wishOfRequest(before, oneShape),
): Promise<string | undefined> {
  return acceptClusterWish(world, {
    ref: { path: `accounts/acme/requests/${request}`, account: 'acme', fingerprint: request },
    ids: { account: 'acme', workspace: 'analytics', cluster },
    wish,
  })
}

export const ETL = clusterPath('etl')
