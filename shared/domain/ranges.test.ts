import { assert, double, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../catalog/limits.ts'
import {
  addressesPerNode,
  blockOf,
  type Capacity,
  fitOf,
  overlap,
  planRanges,
  PREFIXES,
  PROHIBITED,
  type Ranges,
  sizeOf,
} from './ranges.ts'

const { podsPerNode, nodesPerCluster } = limits.gke
const NAMES = ['nodes', 'pods', 'services'] as const

const capacity = record({
  nodes: integer({ min: 1, max: nodesPerCluster }),
  share: double({ noNaN: true, min: 0, max: 1 }),
}).map(({ nodes, share }): Capacity => ({
  nodes,
  clusters: Math.max(1, Math.floor((nodes * share) / 2)),
}))

const blocksOf = (ranges: Ranges) =>
  NAMES.map((name) => {
    const block = blockOf(ranges[name])
    if (!block) throw new Error(`${name} ${ranges[name]} is not canonical`)
    return { name, block, prefix: Number(ranges[name].split('/')[1]) }
  })

describe('planned ranges (rule *ranges*)', () => {
  it.each([
    [8, '/28'],
    [16, '/27'],
    [30, '/26'],
    [32, '/26'],
    [48, '/25'],
    [110, '/24'],
  ])('with %i pods a node take a %s for each node', (pods, prefix) => {
    expect(`/${32 - Math.log2(addressesPerNode(pods))}`).toBe(prefix)
  })

  it.each([
    [1000, '/16'],
    [1024, '/16'],
    [1025, '/15'],
    [4096, '/14'],
    [8192, '/13'],
    [8193, '/12'],
  ])('for %i nodes have pods in a %s', (nodes, prefix) => {
    expect(planRanges({ nodes, clusters: 1 }, podsPerNode).pods).toBe(`100.64.0.0${prefix}`)
  })

  it('are canonical, in 100.64.0.0/10, within what GCP takes, and never overlap', () => {
    const space = blockOf('100.64.0.0/10')
    assert(
      property(capacity, (wanted) => {
        const blocks = blocksOf(planRanges(wanted, podsPerNode))
        for (const [at, { name, block, prefix }] of blocks.entries()) {
          expect(block.first).toBeGreaterThanOrEqual(space?.first ?? NaN)
          expect(block.last).toBeLessThanOrEqual(space?.last ?? NaN)
          expect(prefix).toBeGreaterThanOrEqual(PREFIXES[name][0])
          expect(prefix).toBeLessThanOrEqual(PREFIXES[name][1])
          for (const other of blocks.slice(at + 1)) expect(overlap(block, other.block)).toBe(false)
          for (const range of PROHIBITED) {
            const prohibited = blockOf(range)
            expect(prohibited && overlap(block, prohibited)).toBe(false)
          }
        }
      }),
    )
  })

  it('hold what was asked for', () => {
    assert(
      property(capacity, (wanted) => {
        const fit = fitOf(planRanges(wanted, podsPerNode), podsPerNode)
        expect(fit.nodes).toBeGreaterThanOrEqual(wanted.nodes)
        expect(fit.clusters).toBeGreaterThanOrEqual(wanted.clusters)
      }),
    )
  })

  it('are no larger than they must be: half of any would not do', () => {
    assert(
      property(capacity, (wanted) => {
        const ranges = planRanges(wanted, podsPerNode)
        for (const { name, prefix } of blocksOf(ranges)) {
          if (prefix === PREFIXES[name][1]) continue
          const halved = { ...ranges, [name]: ranges[name].replace(/\d+$/, String(prefix + 1)) }
          const fit = fitOf(halved, podsPerNode)
          expect(fit.nodes < wanted.nodes || fit.clusters < wanted.clusters).toBe(true)
        }
      }),
    )
  })

  it('are refused for more than there are addresses', () => {
    expect(() => planRanges({ nodes: 70_000, clusters: 1 }, podsPerNode)).toThrow(/nodes: 70004/)
    expect(() => planRanges({ nodes: 10, clusters: 70_000 }, podsPerNode)).toThrow(/services/)
    expect(() => planRanges({ nodes: 60_000, clusters: 1 }, podsPerNode)).toThrow('100.64.0.0/10')
  })
})

describe('given ranges', () => {
  const ranges = { nodes: '10.0.0.0/19', pods: '100.64.0.0/14', services: '10.1.0.0/20' }
  it.each([
    ['the pods, when they run out first', ranges, 4096, 'pods'],
    ["the nodes less Google's four", { ...ranges, nodes: '10.0.0.0/20' }, 4092, 'nodes'],
    ['the smallest that is allowed', { ...ranges, nodes: '10.0.0.0/26' }, 60, 'nodes'],
  ])('fit as many nodes as %s', (_, given, nodes, scarce) => {
    expect(fitOf(given, podsPerNode)).toMatchObject({ nodes, scarce })
  })

  it('at the default of 110 pods a node, a /14 holds only 1,024 nodes', () => {
    expect(fitOf(ranges, 110).nodes).toBe(1024)
  })

  it('are read as GCP writes them, and not otherwise', () => {
    expect(blockOf('10.0.32.0/19')).toEqual({ first: 0x0a_00_20_00, last: 0x0a_00_3f_ff })
    for (const cidr of [
      '10.0.0.1/19',
      '10.0.0.0',
      '10.0.0.0/33',
      '256.0.0.0/8',
      ' 10.0.0.0/8',
      '',
    ]) {
      expect({ cidr, block: blockOf(cidr) }).toEqual({ cidr, block: undefined })
    }
    expect(sizeOf({ first: 0, last: 255 })).toBe(256)
    expect(() => fitOf({ ...ranges, pods: 'all' }, 32)).toThrow('pods: "all" is no IPv4 range')
  })
})
