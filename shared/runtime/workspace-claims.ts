// What the clusters of a workspace take of its pools: those that are wanted up and have been given pools, by the uses that
// they hold. Reads only what lives, never the clusters that ended.
import { effectiveSpec } from '../domain/adaptation.ts'
import { checkDocument } from '../domain/document-fault.ts'
import { ClusterEntity } from '../domain/entity.ts'
import { nodesOf } from '../domain/nodes-by-pool.ts'
import { clustersOf, idOf, poolsOf, usesOf, workspacePath } from '../domain/paths.ts'
import type { Claim } from '../domain/pre-flight.ts'
import { zoneOf } from '../domain/zone.ts'
import type { Reader } from '../ports.ts'
import type { RunningWorkspace } from './launch.ts'

/** Of all clusters but this one. */
export async function claimsOfOthers(
  reader: Reader,
  workspace: RunningWorkspace,
  cluster: string,
): Promise<Claim[]> {
  const { zones, warm } = workspace.spec
  const path = workspacePath(workspace.account, workspace.workspace)
  const pools = await reader.list(poolsOf(path))
  const uses = await Promise.all(pools.map((pool) => reader.list(usesOf(pool.path))))
  const others = new Set(uses.flat().map((use) => idOf(use.path)))
  others.delete(cluster)
  const claims = await Promise.all(
    Array.from(others, async (other): Promise<Claim[]> => {
      const document = await reader.get(`${clustersOf(path)}/${other}`)
      // One that cannot be read is for its own events to tell, and stands in nobody else's way.
      const found = document && checkDocument(ClusterEntity, document.data)
      if (!found || 'fault' in found || found.value.want !== 'up') return []
      const spec = effectiveSpec(found.value)
      return [{ zone: zoneOf(spec, other, zones, warm), nodes: nodesOf(spec) }]
    }),
  )
  return claims.flat()
}
