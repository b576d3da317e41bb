// The life of one workspace and one cluster in it, for scenarios that go after something rare.
import { minutes } from '../../../shared/domain/time.ts'
import type { Move } from '../scenario.ts'
import { REGION, requestsIn, type SimulatedWorkspace } from '../workload.ts'

export const PLACE: SimulatedWorkspace = {
  account: 'acme-quokka',
  workspace: 'w0-quokka',
  project: 'w0-quokka-dev',
  path: 'accounts/acme-quokka/workspaces/w0-quokka',
  clusters: ['c0'],
}
export const CLUSTER = `${PLACE.path}/clusters/c0`

/** The cloud is quick, so that nothing is left for when the storm is over. */
export const SPEED = 20
/** By then a workspace is there, and its cluster runs, if nothing stands in the way. */
export const UP = minutes(3)

const machineType = 'n2-standard-4'
const SETTINGS = {
  runtime: '17.3.x-scala2.13',
  driver: { machineType },
  executors: { count: 2, machineType },
}

export interface Life {
  readonly workspaceAt: readonly number[]
  readonly clusterAt: number
  /** Its cluster ends when it was idle for so long; never unless said. */
  readonly autoterminationMinutes?: number
  /** Changes of the cluster, such as `restart`. */
  readonly changes?: readonly (readonly [at: number, action: string])[]
  /** The end of the workspace. */
  readonly deletedAt?: number
}

export function oneLife({
  workspaceAt,
  clusterAt,
  autoterminationMinutes = 0,
  changes = [],
  deletedAt,
}: Life): Move[] {
  const settings = { cluster: 'c0', ...SETTINGS, autoterminationMinutes }
  const said = requestsIn(PLACE)
  const workspace = { project: PLACE.project, region: REGION, poolIdleHours: 1 }
  return [
    ...workspaceAt.map((at) => said(at, 'workspace-requested', PLACE.path, workspace)),
    said(clusterAt, 'cluster-requested', CLUSTER, settings),
    ...changes.map(([at, action]) =>
      said(at, 'cluster-change-requested', CLUSTER, { cluster: 'c0', change: { action } }),
    ),
    ...(deletedAt === undefined
      ? []
      : [
          said(deletedAt, 'workspace-change-requested', PLACE.path, {
            change: { action: 'delete', force: true },
          }),
        ]),
  ].toSorted((left, right) => left.at - right.at)
}
