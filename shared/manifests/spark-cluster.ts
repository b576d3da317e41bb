// The custom resource of one Spark cluster: the record of its runtime inside the GKE cluster, and the owner of its pods,
// so that deleting it deletes them.
import type { ExecutorRange } from '../domain/autoscale.ts'
import { type ClusterIds, sparkClusterName } from '../domain/names.ts'
import type { PodSize } from '../domain/sizing.ts'
import { clusterMark } from './labels.ts'
import type { KubernetesObject, OwnerReference } from './object.ts'
import { SPARK_CLUSTER } from './spark-cluster-crd.ts'

export interface SparkClusterInput extends ClusterIds {
  readonly namespace: string
  readonly life: number
  readonly generation: number
  readonly runtime: string
  readonly image: string
  /** Absent: all zones of the region. */
  readonly zone?: string
  readonly driver: NodesInput
  readonly executors: NodesInput & {
    readonly count: number
    readonly spot: boolean
    readonly autoscale?: ExecutorRange | undefined
  }
}

interface NodesInput {
  readonly machineType: string
  readonly pool: string
  readonly size: PodSize
}

const sizeOf = ({ cpuMilli, memoryMib, cores, heapMib }: PodSize) => ({
  cpuMilli,
  memoryMib,
  cores,
  heapMib,
})

export function sparkCluster(input: SparkClusterInput): KubernetesObject {
  const { driver, executors, zone } = input
  return {
    ...SPARK_CLUSTER,
    metadata: {
      name: sparkClusterName(input, input.life),
      namespace: input.namespace,
      labels: clusterMark(input, input.life),
    },
    spec: {
      cluster: input.cluster,
      generation: input.generation,
      runtime: input.runtime,
      image: input.image,
      ...(zone === undefined ? {} : { zone }),
      driver: { machineType: driver.machineType, pool: driver.pool, size: sizeOf(driver.size) },
      executors: {
        count: executors.count,
        machineType: executors.machineType,
        pool: executors.pool,
        spot: executors.spot,
        size: sizeOf(executors.size),
        ...(executors.autoscale ? { autoscale: { ...executors.autoscale } } : {}),
      },
    },
  }
}

/** As a pod names the custom resource it belongs to (rule *like-pods*: a controller, or nodes are planned one by one). */
export function ownedBy(owner: { readonly name: string; readonly uid: string }): OwnerReference {
  return {
    ...SPARK_CLUSTER,
    name: owner.name,
    uid: owner.uid,
    controller: true,
    blockOwnerDeletion: false,
  }
}
