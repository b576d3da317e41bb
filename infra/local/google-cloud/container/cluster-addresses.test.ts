import { describe, expect, it } from 'vitest'
import { executorPool } from '../../../../test/google-cloud/executor-pods.ts'
import { nodeTemplate } from '../nodes/node-template.ts'
import { clusterAddresses, podBlock } from './cluster-addresses.ts'
import { type ClusterRecord, newClusterRecord } from './cluster-record.ts'

/** A cluster whose subnetwork has these ranges, and how many nodes it has room for beside those there. */
function room(nodes: string, pods: string, there: number, podsPerNode = 32): number {
  const addresses = clusterAddresses({
    faults: { all: () => [] },
    compute: {
      readySubnetwork: () => ({
        name: 's',
        network: 'n',
        ipCidrRange: nodes,
        privateIpGoogleAccess: true,
        secondaryIpRanges: [{ rangeName: 'pods', ipCidrRange: pods }],
      }),
    },
  })
  const cluster: ClusterRecord = newClusterRecord(
    {
      name: 'c',
      subnetwork: 's',
      ipAllocationPolicy: {
        useIpAliases: true,
        clusterSecondaryRangeName: 'pods',
        servicesSecondaryRangeName: 'services',
      },
    },
    { path: 'p', project: 'p', location: 'europe-west4', maker: 'm', id: 'i', locations: [] },
  )
  const template = nodeTemplate(executorPool(), 'europe-west4-a')
  const machines = Array.from({ length: there }, (_, index) => ({ name: `m-${index}`, template }))
  return addresses(cluster, machines, podsPerNode)
}

describe('addresses of a GKE cluster (rule *ranges*)', () => {
  it('a node takes twice its pods, rounded up to a power of two', () => {
    expect([8, 16, 30, 32, 48, 110].map(podBlock)).toEqual([16, 32, 64, 64, 128, 256])
  })

  it('a /16 holds 1,024 nodes of 32 pods, a /14 4,096, or 1,024 of 110', () => {
    expect(room('10.0.0.0/19', '100.64.0.0/16', 0)).toBe(1024)
    expect(room('10.0.0.0/19', '100.64.0.0/14', 0)).toBe(4096)
    expect(room('10.0.0.0/19', '100.64.0.0/14', 0, 110)).toBe(1024)
  })

  it('nodes that are there take theirs, whatever the new ones are', () => {
    expect(room('10.0.0.0/19', '100.64.0.0/24', 3)).toBe(1)
    expect(room('10.0.0.0/19', '100.64.0.0/24', 1, 110)).toBe(0)
    expect(room('10.0.0.0/19', '100.64.0.0/24', 5)).toBe(0)
  })

  it('the subnetwork has an address for each node, but for four', () => {
    expect(room('10.0.0.0/28', '100.64.0.0/14', 0)).toBe(12)
    expect(room('10.0.0.0/28', '100.64.0.0/14', 12)).toBe(0)
  })
})
