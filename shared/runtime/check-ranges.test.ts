// What ranges a workspace gets; that bad ones are refused, test/bad-input shows.
import { describe, expect, it } from 'vitest'
import { limits } from '../catalog/limits.ts'
import { WorkspaceRequested } from '../../events/workspace-requested.ts'
import { fitOf } from '../domain/ranges.ts'
import { DEFAULT_RANGES, wantedRanges } from './check-ranges.ts'

const { podsPerNode, nodesPerCluster, systemNodes } = limits.gke
const ranges = { nodes: '10.0.0.0/20', pods: '10.96.0.0/14', services: '10.1.0.0/20' }

describe('a workspace (rule *ranges*)', () => {
  it('has nodes in a /19, pods in a /13 and services in a /20 unless it says more', () => {
    expect(wantedRanges({})).toEqual({ ranges: DEFAULT_RANGES })
    expect(DEFAULT_RANGES).toEqual({
      pods: '100.64.0.0/13',
      nodes: '100.72.0.0/19',
      services: '100.72.32.0/20',
    })
    expect(fitOf(DEFAULT_RANGES, podsPerNode).nodes).toBe(8188)
  })

  it('has the ranges that it gives', () => {
    expect(wantedRanges({ ranges })).toEqual({ ranges })
  })

  it('has ranges for what it is to hold, with room for the nodes of GKE itself', () => {
    const planned = wantedRanges({ capacity: { nodes: 1000, clusters: 20 } })
    expect(planned).toEqual({
      ranges: { pods: '100.64.0.0/16', nodes: '100.65.0.0/22', services: '100.65.4.0/24' },
    })
    // 1,024 nodes in the /16, ten of them the system pool's: one Spark machine more takes the next size.
    expect(wantedRanges({ capacity: { nodes: 1015, clusters: 20 } })).toMatchObject({
      ranges: { pods: '100.64.0.0/15' },
    })
  })

  it('has the ranges that it gives when they hold what it is to hold', () => {
    expect(wantedRanges({ ranges, capacity: { nodes: 4082, clusters: 2041 } })).toEqual({ ranges })
    expect(wantedRanges({ ranges, capacity: { nodes: 4083, clusters: 1 } })).toMatchObject({
      fault: { field: 'data.ranges.nodes', got: '10.0.0.0/20, which holds 4082 nodes' },
    })
  })

  it('may ask for as much as one GKE cluster holds, and no more', () => {
    const { nodes, clusters } = { nodes: nodesPerCluster - systemNodes, clusters: 7495 }
    const asked = { account: 'a', workspace: 'w', project: 'acme-one', region: 'europe-west4' }
    const of = (most: number) => ({ ...asked, capacity: { nodes: most, clusters } })
    expect(wantedRanges(WorkspaceRequested.parse(of(nodes)))).toHaveProperty('ranges')
    expect(WorkspaceRequested.safeParse(of(nodes + 1)).success).toBe(false)
  })
})
