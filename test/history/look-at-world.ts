// What a world calls its things: answers in which whoever rebuilds it finds the ids that were made up anew.
import type { DataPlane } from '../../infra/local/stack/data-plane.ts'
import type { NetworkCollection } from '../../shared/google-cloud.ts'
import type { WorkspaceIdentity } from '../../shared/ports.ts'

const COLLECTIONS: readonly NetworkCollection[] = [
  'networks',
  'subnetworks',
  'routers',
  'firewalls',
]

export async function lookAtWorld(
  { gke, network }: Pick<DataPlane, 'gke' | 'network'>,
  workspaces: readonly WorkspaceIdentity[],
): Promise<unknown[]> {
  const looks: unknown[] = []
  for (const workspace of workspaces) {
    const clusters = await gke(workspace).listClusters()
    looks.push(byName(clusters))
    for (const { name } of clusters) looks.push(byName(await gke(workspace).listNodePools(name)))
    for (const collection of COLLECTIONS)
      looks.push(byName(await network(workspace).list(collection)))
  }
  return looks
}

const byName = (things: readonly { readonly name: string }[]): object =>
  Object.fromEntries(things.map((thing) => [thing.name, thing]))
