// Everything in the simulated Compute Engine, of all projects, by path. A row is known before it can be seen or used.
import type { NetworkCollection, NetworkResources } from '../../../../shared/google-cloud.ts'

export type AnyResource = NetworkResources[NetworkCollection]

export interface ResourceRow {
  readonly path: string
  readonly project: string
  readonly region: string
  readonly collection: NetworkCollection
  resource: AnyResource
  /** `starting`: not visible yet. `creating` and `deleting`: visible, but nothing may build on it. */
  phase: 'starting' | 'creating' | 'ready' | 'deleting'
}

export type ResourceTable = Map<string, ResourceRow>

/** The rows of one collection that belong to a network, by its path. */
export function rowsOfNetwork<C extends NetworkCollection>(
  table: ResourceTable,
  collection: C,
  network: string,
  networkOf: (row: ResourceRow) => string | undefined,
): (ResourceRow & { readonly resource: NetworkResources[C] })[] {
  const rows: (ResourceRow & { readonly resource: NetworkResources[C] })[] = []
  for (const row of table.values()) {
    if (row.collection !== collection || networkOf(row) !== network) continue
    // The row's collection says which of the four types its resource has.
    rows.push(row as ResourceRow & { readonly resource: NetworkResources[C] })
  }
  return rows
}
