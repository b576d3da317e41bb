// Operations of the container API: PENDING, RUNNING, DONE, and who must wait for whom. A cluster operation wants the
// cluster for itself; a pool operation shares it and wants its pool for itself; five at once are the most.
import type { GkeOperation } from '../../../../shared/google-cloud.ts'
import type { EngineClock } from '../../clock.ts'
import type { Profile } from '../../profile.ts'
import { randomUuid } from '../identifiers.ts'
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

export interface ConcurrencyLimits {
  /** `per-pool` is documented; `whole-cluster` is what older clusters did, and what a stock-out does. */
  concurrency: 'per-pool' | 'whole-cluster'
  /** Operations of one cluster that may be unfinished at once. */
  operationQuota: number
}

interface Begin {
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

interface Active {
  readonly operation: GkeOperation
  readonly target: OperationTarget
}

export function containerOperations(
  clock: EngineClock,
  profile: Profile,
  limits: ConcurrencyLimits,
): ContainerOperations {
  const operations = new Map<string, GkeOperation>()
  const active = new Map<string, Active>()
  const stamp = (): string => new Date(clock.now()).toISOString()

  const on = (clusterPath: string): Active[] =>
    [...active.values()].filter(({ target }) => target.clusterPath === clusterPath)

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
    const running = operations.get(path)
    if (!running) return
    const done: GkeOperation = {
      ...running,
      status: 'DONE',
      endTime: stamp(),
      ...(error ? { error } : {}),
    }
    operations.set(path, done)
    active.delete(path)
    ended(done)
  }

  return {
    requireFree({ cluster, clusterPath, pool }) {
      const others = on(clusterPath)
      const whole = others.find(({ target }) => target.pool === undefined)
      if (whole)
        throw refusedClusterBusy(whole.operation.name, whole.operation.operationType, cluster)
      const clash =
        pool === undefined || limits.concurrency === 'whole-cluster'
          ? others[0]
          : others.find(({ target }) => target.pool === pool)
      if (clash) throw refusedIncompatible(clash.operation.name)
      if (others.length >= limits.operationQuota)
        throw refusedTooMany(cluster, limits.operationQuota)
    },
    begin(begin) {
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
      operations.set(path, operation)
      active.set(path, { operation, target })
      forgetOldest()
      clock.after(profile.operationPending, () =>
        operations.set(path, { ...operation, status: 'RUNNING' }),
      )
      clock.after(Math.max(durationMs, profile.operationPending), () => {
        void finish(path, begin)
      })
      return operation
    },
    get: (project, location, name) => operations.get(operationPath(project, location, name)),
    isActive: (clusterPath) => on(clusterPath).length > 0,
  }
}
