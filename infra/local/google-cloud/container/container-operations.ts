// Operations of the container API: PENDING, RUNNING, DONE, and who must wait for whom. A cluster operation wants the
// cluster for itself; a pool operation shares it and wants its pool for itself; five at once are the most.
import type { Clock } from '../../../../shared/ports.ts'
import type { GkeOperation, StatusCondition } from '../../../../shared/google-cloud.ts'
import type { Profile } from '../../profile.ts'
import { type FaultBoard, isMeant } from '../faults/fault-board.ts'
import { randomUuid } from '../identifiers.ts'
import { operationSpoiler } from './operation-spoiler.ts'
import { containerLink, operationPath, poolPath } from './container-paths.ts'
import { refusedClusterBusy, refusedIncompatible, refusedTooMany } from './container-refusals.ts'

export interface OperationTarget {
  readonly project: string
  readonly location: string
  readonly cluster: string
  /** `projects/P/locations/L/clusters/C`. */
  readonly clusterPath: string
  /** Absent: the operation is on the whole cluster. */
  readonly pool?: string
}

export type OperationError = NonNullable<GkeOperation['error']>

/** What faults do to an operation, where there is something to do it to. */
export interface Spoiling {
  /** What it was to make stays behind in error. */
  readonly fail?: (condition: StatusCondition) => void
  /** It has never been. */
  readonly undo?: () => void
}

export interface Begin extends Spoiling {
  readonly type: GkeOperation['operationType']
  readonly target: OperationTarget
  readonly durationMs: number
  /** What the operation does; runs just before DONE. An error that it answers or throws stands in the operation. */
  readonly effect: () => Promise<OperationError | undefined>
  readonly ended: (operation: GkeOperation) => void
}

export interface ContainerOperations {
  /** Throws `busy` or `rate` when an operation of this kind may not begin now. */
  requireFree(target: OperationTarget): void
  begin(begin: Begin): GkeOperation
  get(project: string, location: string, name: string): GkeOperation | undefined
  /** Whether anything on this cluster is unfinished. */
  isActive(clusterPath: string): boolean
}

/** How many ended operations are remembered. */
const KEPT = 10_000

/** google.rpc.Code. */
const INTERNAL = 13
/** Of one cluster, unfinished at once. */
const OPERATION_QUOTA = 5

interface Active {
  readonly operation: GkeOperation
  readonly target: OperationTarget
}

export function containerOperations(
  clock: Clock,
  profile: Profile,
  faults: Pick<FaultBoard, 'all' | 'strike'>,
): ContainerOperations {
  const operations = new Map<string, GkeOperation>()
  const active = new Map<string, Active>()
  const spoil = operationSpoiler(profile, faults)
  const stamp = (): string => new Date(clock.now()).toISOString()

  const on = (clusterPath: string): Active[] =>
    [...active.values()].filter(({ target }) => target.clusterPath === clusterPath)

  const isAlone = (name: string, path: string): boolean =>
    faults.all('operation-alone').some((fault) => isMeant(fault.cluster, name, path))
  const quotaOf = (name: string, path: string): number =>
    faults.all('operation-quota').find((fault) => isMeant(fault.cluster, name, path))?.limit ??
    OPERATION_QUOTA

  function forgetOldest(): void {
    for (const path of operations.keys()) {
      if (operations.size <= KEPT || active.has(path)) break
      operations.delete(path)
    }
  }

  async function finish(path: string, { effect, ended }: Begin): Promise<void> {
    let error: OperationError | undefined
    try {
      error = await effect()
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown)
      error = { code: INTERNAL, message }
    }
    active.delete(path)
    const running = operations.get(path)
    // Nobody knows of it any more.
    if (!running) return
    const done: GkeOperation = {
      ...running,
      status: 'DONE',
      endTime: stamp(),
      ...(error ? { error } : {}),
    }
    operations.set(path, done)
    ended(done)
  }

  return {
    requireFree({ cluster, clusterPath, pool }) {
      const others = on(clusterPath)
      const whole = others.find(({ target }) => target.pool === undefined)
      if (whole)
        throw refusedClusterBusy(whole.operation.name, whole.operation.operationType, cluster)
      const clash =
        pool === undefined || isAlone(cluster, clusterPath)
          ? others[0]
          : others.find(({ target }) => target.pool === pool)
      if (clash) throw refusedIncompatible(clash.operation.name)
      const quota = quotaOf(cluster, clusterPath)
      if (others.length >= quota) throw refusedTooMany(cluster, quota)
    },
    begin(given) {
      const { begin, isLost } = spoil(given)
      const { target, type, durationMs } = begin
      const name = `operation-${clock.now()}-${randomUuid(() => clock.random())}`
      const path = operationPath(target.project, target.location, name)
      const targetPath =
        target.pool === undefined ? target.clusterPath : poolPath(target.clusterPath, target.pool)
      const operation: GkeOperation = {
        name,
        operationType: type,
        status: 'PENDING',
        targetLink: containerLink(target.project, targetPath),
        startTime: stamp(),
      }
      if (!isLost) operations.set(path, operation)
      active.set(path, { operation, target })
      forgetOldest()
      clock.after(profile.operationPending, () => {
        if (!isLost) operations.set(path, { ...operation, status: 'RUNNING' })
      })
      clock.after(Math.max(durationMs, profile.operationPending), () => {
        void finish(path, begin)
      })
      return operation
    },
    get: (project, location, name) => operations.get(operationPath(project, location, name)),
    isActive: (clusterPath) => on(clusterPath).length > 0,
  }
}
