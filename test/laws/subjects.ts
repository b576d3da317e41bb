// Whom the laws make things for: two workspaces, and in the first of them two pools and two clusters.
import { zonesOf } from '../../shared/catalog/regions.ts'
import { WorkspaceOutputs } from '../../shared/domain/entity.ts'
import { serviceAccountEmail } from '../../shared/domain/names.ts'
import type { Identity, Subject } from '../../shared/domain/plan.ts'
import { poolOf } from '../../shared/domain/pool.ts'
import { DEFAULT_RANGES } from '../../shared/runtime/check-ranges.ts'

export type Who = 'first' | 'second'

export const PROJECT = 'kindling-laws'
const REGION = 'europe-west4'
const spec = {
  runtime: '17.3.x-scala2.13',
  driver: { machineType: 'n2-standard-4' },
  executors: { count: 3, machineType: 'n2-standard-8', spot: false },
  zone: 'auto',
  autoterminationMinutes: 60,
} as const

export function identityOf(workspace = 'analytics'): Identity {
  const ids = { account: 'acme', workspace }
  const serviceAccount = serviceAccountEmail(ids, PROJECT)
  return { ...ids, project: 'acme-analytics', region: REGION, serviceAccount }
}

/** No cluster here asks for it. */
const LISTED = { machineType: 'n2-highmem-16', spot: true }

/** The same machines that clusters here ask for. */
const WARM = {
  monthlyBudget: 1000,
  nodes: [{ machineType: 'n2-standard-4', count: 1, zone: 'europe-west4-a' }],
}

/** `made`: outputs of what has been made, one of which says where the GKE cluster is. */
export function subjectOf(
  kind: Subject['kind'],
  made: ReadonlyMap<string, unknown>,
  who: Who,
): Subject {
  const identity = identityOf(kind === 'workspace' && who === 'second' ? 'research' : undefined)
  const zones = [...(zonesOf(REGION) ?? [])]
  if (kind === 'workspace') {
    const { project, region, serviceAccount } = identity
    const own = {
      project,
      region,
      zones,
      serviceAccount,
      ranges: DEFAULT_RANGES,
      shapes: [LISTED],
      warm: WARM,
    }
    return { kind, identity, spec: own, home: PROJECT }
  }
  const outputs = [...made.values()].map((output) => WorkspaceOutputs.safeParse(output))
  const found = outputs.find(({ success }) => success)?.data
  if (!found) throw new Error('no step of the workspace says where its GKE cluster is')
  const isSpot = kind === 'pool' && who === 'second'
  const executors = { machineType: spec.executors.machineType, spot: isSpot }
  const driver = { machineType: spec.driver.machineType, spot: false }
  const place = { identity, zones, gkeCluster: found.gkeCluster }
  if (kind === 'pool') return { kind, ...place, pool: poolOf(executors), spec: executors }
  return {
    kind,
    ...place,
    endpoint: found.endpoint,
    ranges: DEFAULT_RANGES,
    cluster: who === 'first' ? 'etl' : 'reports',
    spec,
    epoch: 1,
    zone: zones[0] ?? '',
    pools: { driver: poolOf(driver), executor: poolOf(executors) },
  }
}
