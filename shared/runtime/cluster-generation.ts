// A new generation of a cluster that is wanted up: what a request for one writes, in its transaction (protocol, REQUEST).
import { type Adaptation, effectiveSpec, keptAdaptation } from '../domain/adaptation.ts'
import type { ClusterEntity, ClusterSpec, Status, WorkspaceEntity } from '../domain/entity.ts'
import { canLaunch } from '../domain/hibernation.ts'
import { requestPath, runPath, workspacePath } from '../domain/paths.ts'
import type { Plan } from '../domain/plan.ts'
import { RequestOutcome } from '../domain/records.ts'
import { Run } from '../domain/run.ts'
import { withStatus } from '../domain/status.ts'
import type { Transaction, Write } from '../ports.ts'
import { stateFact } from './facts.ts'
import {
  activeRun,
  createRun,
  firstAttempts,
  planOf,
  superseding,
  waitingRun,
} from './generation.ts'
import { clusterSubject, usesOfPools } from './launch.ts'
import { createOf, read, type Stored, updateOf } from './stored.ts'
import { supersedingRequest } from './take-down.ts'

export interface ClusterIds {
  readonly account: string
  readonly workspace: string
  readonly cluster: string
}

export interface NewGeneration {
  readonly path: string
  readonly ids: ClusterIds
  readonly before: Stored<ClusterEntity> | undefined
  readonly workspace: WorkspaceEntity
  /** Newest generation so far, also of one of this id that was deleted; 0 = none. */
  readonly latest: number
  readonly request: string
  readonly spec: ClusterSpec
  /** Driver and executors are made anew. */
  readonly isStart: boolean
  readonly status: Status
  /** What had to be changed; a start that users ask for begins without. */
  readonly adapted?: Adaptation | undefined
  /** Changes of size that Kindling made by itself, newest first. */
  readonly autoscaled?: ClusterEntity['autoscaled']
  readonly now: number
}

export async function upWrites(transaction: Transaction, wanted: NewGeneration): Promise<Write[]> {
  const { path, ids, before, workspace, request, spec, now } = wanted
  const generation = wanted.latest + 1
  const [previous, overtaken] = before
    ? await Promise.all([
        read(transaction, runPath(path, wanted.latest), Run),
        read(transaction, requestPath(ids.account, before.value.request), RequestOutcome),
      ])
    : []
  const running = canLaunch(workspace) ? workspace : undefined
  const made = previous && planUp(previous.value)
  const epoch = !made || wanted.isStart ? generation : (before?.value.epoch ?? generation)
  const common = { path, generation, direction: 'up' as const, request, now }
  const place = workspacePath(ids.account, ids.workspace)
  const adapted = wanted.adapted ?? keptAdaptation(before?.value, wanted)
  const madeWith = effectiveSpec({ spec, adapted })
  const autoscaled = wanted.autoscaled ?? (wanted.isStart ? undefined : before?.value.autoscaled)
  const subject =
    running && clusterSubject(running, ids.cluster, madeWith, epoch, adapted?.isSmaller)
  const run = subject
    ? activeRun(common, planOf(subject, generation, made))
    : waitingRun(common, place)
  const uses = running ? await usesOfPools(transaction, running, ids.cluster, madeWith, now) : []

  const entity = {
    kind: 'cluster',
    ...ids,
    generation,
    want: 'up',
    request,
    changedAt: now,
    spec,
    epoch,
    ...(adapted ? { adapted } : {}),
    ...(autoscaled ? { autoscaled } : {}),
    ...wanted.status,
    ...(running ? {} : { waitsFor: place }),
  }
  return [
    before ? updateOf(before, entity) : createOf(path, entity),
    ...stateTold(wanted, generation),
    createRun(path, run),
    ...superseding(previous, generation),
    ...(before?.value.request === request ? [] : supersedingRequest(overtaken, generation, now)),
    ...uses,
    ...firstAttempts(ids.account, path, run, made),
  ]
}

/** That a cluster which was there comes to another state; of a new one, the request's own outcome tells. */
function stateTold({ path, before, status, now }: NewGeneration, generation: number): Write[] {
  if (!before || before.value.state === status.state) return []
  return stateFact(path, { ...before.value, generation }, { state: status.state }, now)
}

/** The plan that a generation on its way up was made by: its things are kept where they stay the same. */
function planUp(run: Run): Plan | undefined {
  if (run.direction === 'down' || run.is === 'waiting') return undefined
  return run.plan
}

/** Other settings for a cluster that has ended: a generation with nothing to do. */
export function settingsWrites(
  before: Stored<ClusterEntity>,
  spec: ClusterSpec,
  now: number,
): Write {
  return updateOf(before, { ...withStatus(before.value, statusOf(before.value), now), spec })
}

function statusOf(entity: ClusterEntity): Status {
  if (entity.state !== 'TERMINATED') throw new Error('settings alone change only when it has ended')
  return { state: 'TERMINATED', reason: entity.reason }
}
