// A request for a cluster becomes desired state, in one transaction (protocol, REQUEST). Its pools are made wanted first.
import type { ClusterRequested } from '../../events/cluster-requested.ts'
import { ClusterEntity, type ClusterSpec, WorkspaceEntity } from '../domain/entity.ts'
import { entityPath, idOf, runPath, workspacePath } from '../domain/paths.ts'
import { Run } from '../domain/run.ts'
import type { Transaction, World, Write } from '../ports.ts'
import { checkCluster, checkZone } from './check-cluster.ts'
import {
  activeRun,
  createRun,
  firstAttempts,
  planOf,
  superseding,
  waitingRun,
  writeIn,
} from './generation.ts'
import type { RequestRef } from './intake.ts'
import { arePoolsWanted, clusterSubject, usesOfPools, wantPools } from './launch.ts'
import { accepting, hasOutcome, reject, rejecting } from './outcome.ts'
import { ended, notRunning, otherSpec, stillGoing, unknownWorkspace } from './cluster-refusals.ts'
import { createOf, read, type Stored, updateOf } from './stored.ts'

const TRIES = 10

interface Asked {
  readonly ref: RequestRef
  readonly wanted: ClusterRequested
  readonly spec: ClusterSpec
  readonly path: string
  readonly workspacePath: string
}

/** Answers the path of the cluster to look at next, or undefined when nothing was wanted of any. */
export async function acceptCluster(
  world: World,
  ref: RequestRef,
  wanted: ClusterRequested,
): Promise<string | undefined> {
  const fault = checkCluster(wanted)
  if (fault) {
    await reject(world, ref, fault)
    return undefined
  }
  const { account, workspace, cluster, ...spec } = wanted
  const path = entityPath({ kind: 'cluster', account, workspace, cluster })
  const asked = { ref, wanted, spec, path, workspacePath: workspacePath(account, workspace) }
  for (let tries = 0; tries < TRIES; tries++) {
    await wantPoolsOf(world, asked)
    const decided = await world.store.transaction((transaction) =>
      decideRequest(transaction, asked),
    )
    if (decided !== 'again') return decided === 'accepted' ? path : undefined
  }
  throw new Error(`request "${ref.path}": its pools changed ${TRIES} times in a row`)
}

/** Only for a launch that will be accepted as things stand; the transaction looks again. */
async function wantPoolsOf(world: World, asked: Asked): Promise<void> {
  const [cluster, workspace, isRepeat] = await Promise.all([
    read(world.store, asked.path, ClusterEntity),
    read(world.store, asked.workspacePath, WorkspaceEntity),
    world.store.get(asked.ref.path),
  ])
  if (isRepeat || workspace?.value.state !== 'RUNNING' || cluster?.value.want === 'up') return
  if (faultOf(asked, workspace.value, cluster?.value)) return
  await wantPools(world, workspace.value, asked.spec)
}

type Decided = 'accepted' | 'refused' | 'again'

async function decideRequest(transaction: Transaction, asked: Asked): Promise<Decided> {
  const { ref, wanted, path } = asked
  const [isRepeat, workspace, before] = await Promise.all([
    hasOutcome(transaction, ref),
    read(transaction, asked.workspacePath, WorkspaceEntity),
    read(transaction, path, ClusterEntity),
  ])
  if (isRepeat) return 'accepted'
  const now = transaction.readTime()
  const fault = faultOf(asked, workspace?.value, before?.value)
  if (fault || !workspace) {
    writeIn(transaction, rejecting(ref, fault ?? unknownWorkspace(wanted.workspace), now))
    return 'refused'
  }
  if (before?.value.want === 'up') {
    const { generation } = before.value
    writeIn(transaction, acceptingCluster(asked, 'unchanged', generation, now))
    return 'accepted'
  }
  return begin(transaction, asked, workspace.value, before, now)
}

function faultOf(
  { wanted, spec }: Asked,
  workspace: WorkspaceEntity | undefined,
  before: ClusterEntity | undefined,
) {
  if (!workspace) return unknownWorkspace(wanted.workspace)
  if (workspace.want !== 'up') return notRunning(wanted.workspace, workspace.state)
  const zone = checkZone(spec.zone, workspace.spec.zones)
  if (zone) return zone
  if (!before) return undefined
  if (JSON.stringify(before.spec) !== JSON.stringify(spec)) {
    return before.want === 'up' ? otherSpec(wanted.cluster) : ended(wanted.cluster)
  }
  return before.state === 'TERMINATING' ? stillGoing(wanted.cluster) : undefined
}

async function begin(
  transaction: Transaction,
  asked: Asked,
  workspace: WorkspaceEntity,
  before: Stored<ClusterEntity> | undefined,
  now: number,
): Promise<Decided> {
  const { wanted, spec, path, ref } = asked
  const { account, cluster } = wanted
  const generation = (before?.value.generation ?? 0) + 1
  const request = idOf(ref.path)
  const previous = before && (await read(transaction, runPath(path, generation - 1), Run))
  const isRunning = workspace.state === 'RUNNING'
  if (isRunning && !(await arePoolsWanted(transaction, workspace, spec))) return 'again'
  const uses = isRunning ? await usesOfPools(transaction, workspace, cluster, spec, now) : []

  const common = { path, generation, direction: 'up' as const, request, now }
  const run = isRunning
    ? activeRun(common, planOf(clusterSubject(workspace, cluster, spec), generation))
    : waitingRun(common, asked.workspacePath)
  const entity: ClusterEntity = {
    kind: 'cluster',
    account,
    workspace: wanted.workspace,
    cluster,
    generation,
    want: 'up',
    request,
    changedAt: now,
    spec,
    state: 'PENDING',
    ...(isRunning ? {} : { waitsFor: asked.workspacePath }),
  }
  writeIn(transaction, [
    ...acceptingCluster(asked, 'accepted', generation, now),
    before ? updateOf(before, entity) : createOf(path, entity),
    createRun(path, run),
    ...superseding(previous, generation),
    ...uses,
    ...firstAttempts(account, path, run),
  ])
  return 'accepted'
}

function acceptingCluster(
  { ref, wanted, path }: Asked,
  is: 'accepted' | 'unchanged',
  generation: number,
  now: number,
): Write[] {
  const { workspace, cluster } = wanted
  return accepting(ref, is, { workspace, cluster, entity: path, generation }, now)
}
