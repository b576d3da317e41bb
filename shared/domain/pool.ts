// Pools are shared by shape: which pool a machine comes from follows from what it is.
import type { ClusterSpec, Shape } from './entity.ts'
import type { Identity } from './plan.ts'

/** Where pools are made. */
export interface PoolPlace {
  readonly identity: Identity
  readonly zones: readonly string[]
  readonly gkeCluster: string
}

export function poolOf({ machineType, spot }: Shape): string {
  return spot ? `${machineType}-spot` : machineType
}

/** The shapes of a cluster's machines. The driver never runs on spot. */
export function shapesOf(spec: ClusterSpec): { driver: Shape; executor: Shape } {
  return {
    driver: { machineType: spec.driver.machineType, spot: false },
    executor: { machineType: spec.executors.machineType, spot: spec.executors.spot },
  }
}

/** The shapes that a cluster needs a pool of, each once. */
export function distinctShapes(spec: ClusterSpec): Shape[] {
  const { driver, executor } = shapesOf(spec)
  return poolOf(driver) === poolOf(executor) ? [driver] : [driver, executor]
}
