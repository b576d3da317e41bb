// What every request about a cluster has in common: its outcome, and what it makes of the cluster, in one transaction
// (protocol, REQUEST). The pools of a cluster that is wanted up are made wanted first.
import type { Reason } from '../../events/lifecycle.ts'
import { effectiveSpec, keptAdaptation } from '../domain/adaptation.ts'
import type { ClusterWish } from '../domain/cluster-wish.ts'
import { ClusterEntity, type ClusterSpec, WorkspaceEntity } from '../domain/entity.ts'
import { canLaunch } from '../domain/hibernation.ts'
import {
  entityPath,
  idOf,
  requestPath,
  runPath,
  tombstonePath,
  workspacePath,
} from '../domain/paths.ts'
import { RequestOutcome, Tombstone } from '../domain/records.ts'
import { Run } from '../domain/run.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import type { Transaction, World, Write } from '../ports.ts'
import { advance } from './advance.ts'
import { checkZone } from './check-cluster.ts'
import { type ClusterIds, settingsWrites, upWrites } from './cluster-generation.ts'
import { notRunning, refusalOf, unknownWorkspace } from './cluster-refusals.ts'
import { forgettingWrites } from './forget-cluster.ts'
import { superseding, writeIn } from './generation.ts'
import { wantAwake } from './hibernate.ts'
import type { RequestRef } from './intake.ts'
import { arePoolsWanted, wantPools } from './launch.ts'
import { accepting, hasOutcome, reject, rejecting } from './outcome.ts'
import { preFlight } from './pre-flight.ts'
import { read, type Stored } from './stored.ts'
import { downWrites, supersedingRequest } from './take-down.ts'

const TRIES = 10

export interface ClusterAsk {
  readonly ref: RequestRef
  readonly ids: ClusterIds
  /** What is wanted of the cluster as it stands. Pure. */
  wish(before: ClusterEntity | undefined): ClusterWish
}

/** Answers the path of the cluster to look at next, or undefined when nothing was wanted of any. */
export async function acceptClusterWish(
  world: World,
  ask: ClusterAsk,
): Promise<string | undefined> {
  const { account, workspace, cluster } = ask.ids
  const path = entityPath({ kind: 'cluster', account, workspace, cluster })
  const asked: Asked = { ...ask, path, place: workspacePath(account, workspace) }
  for (let tries = 0; tries < TRIES; tries++) {
    const short = await wantPoolsOf(world, asked)
    if (short) {
      await reject(world, ask.ref, short)
      return undefined
    }
    const decided = await world.store.transaction((transaction) =>
      decideRequest(transaction, asked),
    )
    if (decided !== 'again') return decided === 'look' ? path : undefined
  }
  throw new Error(`request "${ask.ref.path}": its pools changed ${TRIES} times in a row`)
}

interface Asked extends ClusterAsk {
  readonly path: string
  /** Path of the workspace. */
  readonly place: string
}

/** Only for what will be accepted as things stand; the transaction looks again. Answers what is short, if anything is. */
async function wantPoolsOf(world: World, asked: Asked): Promise<Reason | undefined> {
  const [cluster, workspace, isRepeat] = await Promise.all([
    read(world.store, asked.path, ClusterEntity),
    read(world.store, asked.place, WorkspaceEntity),
    world.store.get(asked.ref.path),
  ])
  if (isRepeat || workspace?.value.state !== 'RUNNING') return undefined
  const wish = asked.wish(cluster?.value)
  if (wish.is !== 'up' || faultOf(asked, workspace.value, wish)) return undefined
  if (await wantAwake(world, asked.place)) await advance(world, asked.place)
  if (!canLaunch(workspace.value)) return undefined
  const spec = machinesFor(wish, cluster?.value)
  const { short, shards } = await preFlight(
    world,
    workspace.value,
    asked.ids.cluster,
    spec,
    cluster?.value,
  )
  if (!short) await wantPools(world, workspace.value, spec, shards)
  return short
}

/** What it will be made with, which may not be what is asked for. */
function machinesFor(
  wish: Extract<ClusterWish, { is: 'up' }>,
  before: ClusterEntity | undefined,
): ClusterSpec {
  return effectiveSpec({ spec: wish.spec, adapted: keptAdaptation(before, wish) })
}

/** Look at the cluster now; nothing is left to do; or begin again, because a pool has changed. */
type Decided = 'look' | 'done' | 'again'

async function decideRequest(transaction: Transaction, asked: Asked): Promise<Decided> {
  const { ref, ids, path, place } = asked
  const [isRepeat, workspace, before, tombstone] = await Promise.all([
    hasOutcome(transaction, ref),
    read(transaction, place, WorkspaceEntity),
    read(transaction, path, ClusterEntity),
    read(transaction, tombstonePath(place, ids.cluster), Tombstone),
  ])
  if (isRepeat) return before ? 'look' : 'done'
  const wish = asked.wish(before?.value)
  const fault = faultOf(asked, workspace?.value, wish, before?.value.state)
  if (fault || !workspace) {
    const reason = fault ?? unknownWorkspace(ids.workspace)
    writeIn(transaction, rejecting(ref, reason, transaction.readTime()))
    return 'done'
  }
  const latest = before?.value.generation ?? tombstone?.value.generation ?? 0
  return carryOut(transaction, asked, { wish, before, latest, workspace: workspace.value })
}

function faultOf(
  { ids }: Asked,
  workspace: WorkspaceEntity | undefined,
  wish: ClusterWish,
  state?: string,
): Reason | undefined {
  if (!workspace) return unknownWorkspace(ids.workspace)
  if (wish.is === 'refused' || wish.is === 'unknown') return refusalOf(wish, ids, state)
  if (wish.is !== 'up' && wish.is !== 'settings') return undefined
  if (wish.is === 'up' && workspace.want !== 'up') {
    return notRunning(
      ids.workspace,
      workspace.want === 'marked' ? 'being deleted' : workspace.state,
    )
  }
  return checkZone(wish.spec.zone, workspace.spec.zones)
}

interface Standing {
  readonly wish: ClusterWish
  readonly before: Stored<ClusterEntity> | undefined
  readonly latest: number
  readonly workspace: WorkspaceEntity
}

async function carryOut(
  transaction: Transaction,
  asked: Asked,
  { wish, before, latest, workspace }: Standing,
): Promise<Decided> {
  const { ref, ids, path } = asked
  const now = transaction.readTime()
  if (wish.is === 'up') {
    const spec = machinesFor(wish, before?.value)
    if (isAsleep(workspace)) return 'again'
    if (!(await canHavePools(transaction, workspace, spec))) return 'again'
    const request = idOf(ref.path)
    const wanted = { path, ids, before, workspace, latest, request, now, ...wish }
    const writes = await upWrites(transaction, wanted)
    writeIn(transaction, [...outcome(asked, 'accepted', latest + 1, now), ...writes])
    return 'look'
  }
  if (!before) throw new Error(`"${path}" is not there: only a launch can be wanted of it`)
  if (wish.is === 'down') return end(transaction, asked, before, wish.isForGood)
  if (wish.is === 'settings') {
    const settings = settingsWrites(before, wish.spec, now)
    writeIn(transaction, [...outcome(asked, 'reached', latest, now), settings])
    return 'done'
  }
  writeIn(transaction, outcome(asked, 'unchanged', latest, now))
  return 'look'
}

async function canHavePools(
  transaction: Transaction,
  workspace: WorkspaceEntity,
  spec: ClusterSpec,
): Promise<boolean> {
  return !canLaunch(workspace) || arePoolsWanted(transaction, workspace, spec)
}

/** Hibernating, or about to: it is woken first. */
function isAsleep(workspace: WorkspaceEntity): boolean {
  const isHibernated = workspace.state === 'RUNNING' && workspace.hibernation === 'HIBERNATED'
  return isHibernated || workspace.sleepy === true
}

/** Down, and forgotten when it is gone or was never there. */
async function end(
  transaction: Transaction,
  asked: Asked,
  before: Stored<ClusterEntity>,
  isForGood: boolean,
): Promise<Decided> {
  const now = transaction.readTime()
  const { generation, state } = before.value
  const isNothingThere = state === 'TERMINATED' || 'waitsFor' in before.value
  if (isForGood && isNothingThere) {
    const [run, overtaken] = await Promise.all([
      read(transaction, runPath(asked.path, generation), Run),
      read(transaction, requestPath(asked.ids.account, before.value.request), RequestOutcome),
    ])
    writeIn(transaction, [
      ...outcome(asked, 'reached', generation, now),
      ...(await forgettingWrites(transaction, asked.path, before, generation)),
      // A run that waits would be looked at for ever.
      ...superseding(run, generation + 1),
      ...supersedingRequest(overtaken, generation + 1, now),
    ])
    return 'done'
  }
  const action = isForGood ? 'delete' : 'terminate'
  const down = {
    reason: reasonOf('USER_REQUEST', { action }),
    request: idOf(asked.ref.path),
    isForGood,
  }
  const writes = await downWrites(transaction, asked.path, before, down)
  const is = isNothingThere ? 'reached' : 'accepted'
  writeIn(transaction, [...outcome(asked, is, generation + 1, now), ...writes])
  return 'look'
}

function outcome(
  { ref, ids, path }: Asked,
  is: 'accepted' | 'unchanged' | 'reached',
  generation: number,
  now: number,
): Write[] {
  const { workspace, cluster } = ids
  return accepting(ref, is, { workspace, cluster, entity: path, generation }, now)
}
