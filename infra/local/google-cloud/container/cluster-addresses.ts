// How many more nodes a GKE cluster has addresses for (rule *ranges*): one of the subnetwork's own for each node, and of its
// pod range a block of twice the pods, rounded up to a power of two.
import { addressRange } from '../compute/address-range.ts'
import type { ComputeApi } from '../compute/compute-api.ts'
import { type FaultBoard, isMeant } from '../faults/fault-board.ts'
import type { Machine } from '../nodes/node-fleet.ts'
import type { ClusterRecord } from './cluster-record.ts'

/** Network, gateway, one that Google keeps, broadcast. */
const RESERVED = 4

interface AddressOptions {
  readonly compute: Pick<ComputeApi, 'readySubnetwork'>
  readonly faults: Pick<FaultBoard, 'all'>
}

/** 32 pods take 64 addresses: a /26. */
export function podBlock(podsPerNode: number): number {
  return 2 ** Math.ceil(Math.log2(podsPerNode * 2))
}

function sizeOf(cidr: string | undefined): number {
  const range = cidr === undefined ? undefined : addressRange(cidr)
  return range ? range.last - range.first + 1 : Infinity
}

export function clusterAddresses({ compute, faults }: AddressOptions) {
  return (cluster: ClusterRecord, machines: readonly Machine[], podsPerNode: number): number => {
    const { project, location, path, name, spec } = cluster
    const limit = faults
      .all('ip-range')
      .find((fault) => isMeant(fault.project, project) && isMeant(fault.cluster, path, name))
    const subnetwork =
      spec.subnetwork === undefined
        ? undefined
        : compute.readySubnetwork(project, location, spec.subnetwork)
    const podRange = subnetwork?.secondaryIpRanges?.find(
      ({ rangeName }) => rangeName === spec.ipAllocationPolicy?.clusterSecondaryRangeName,
    )
    const usedByPods = machines.reduce(
      (sum, { template }) => sum + podBlock(template.podsPerNode),
      0,
    )
    const left = Math.min(
      (limit?.nodes ?? Infinity) - machines.length,
      sizeOf(subnetwork?.ipCidrRange) - RESERVED - machines.length,
      Math.floor((sizeOf(podRange?.ipCidrRange) - usedByPods) / podBlock(podsPerNode)),
    )
    return Math.max(0, left)
  }
}
