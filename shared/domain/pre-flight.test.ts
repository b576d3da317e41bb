import { describe, expect, it } from 'vitest'
import { limits } from '../catalog/limits.ts'
import type { ClusterSpec } from './entity.ts'
import { nodesOf } from './nodes-by-pool.ts'
import {
  type Claim,
  type GkeLimits,
  type RoomQuestion,
  shardsFor,
  shortOfRoom,
} from './pre-flight.ts'

const specOf = (count: number, more: Partial<ClusterSpec['executors']> = {}): ClusterSpec => ({
  runtime: '17.3.x-scala2.13',
  driver: { machineType: 'n2-standard-4' },
  executors: { count, machineType: 'n2-standard-8', spot: false, spotFallback: false, ...more },
  zone: 'auto',
  autoterminationMinutes: 0,
})

const ranges = { nodes: '10.0.0.0/20', pods: '100.64.0.0/13', services: '10.1.0.0/20' }
const ZONE = 'europe-west4-a'

const claim = (count: number, zone = ZONE, more = {}): Claim => ({
  zone: zone === 'HA' ? undefined : zone,
  nodes: nodesOf(specOf(count, more)),
})
const short = (
  spec: ClusterSpec,
  question: Partial<RoomQuestion> = {},
  gke: GkeLimits = limits.gke,
) => shortOfRoom({ spec, zone: ZONE, others: [], ranges, zones: 3, ...question }, gke)

const shards = (spec: ClusterSpec, question: Partial<RoomQuestion> = {}) =>
  Object.fromEntries(
    shardsFor({ spec, zone: ZONE, others: [], ranges, zones: 3, ...question }, 1000),
  )

describe('shards', () => {
  it('pool-limits: are one until a zone needs more than 1,000 nodes of a shape', () => {
    const alike = { machineType: 'n2-standard-4' }
    expect(shards(specOf(1000))).toEqual({ 'n2-standard-4': 1, 'n2-standard-8': 1 })
    expect(shards(specOf(999, alike))).toEqual({ 'n2-standard-4': 1 })
    expect(shards(specOf(1000, alike))).toEqual({ 'n2-standard-4': 2 })
  })

  it('pool-limits: hold the clusters of the same zone, and the share of those in all zones', () => {
    const others = [claim(900), claim(900), claim(900, 'europe-west4-b')]
    expect(shards(specOf(200), { others })).toMatchObject({ 'n2-standard-8': 2 })
    expect(shards(specOf(201), { others })).toMatchObject({ 'n2-standard-8': 3 })
    const wide = [...others, claim(300, 'HA')]
    expect(shards(specOf(100), { others: wide })).toMatchObject({ 'n2-standard-8': 2 })
    expect(shards(specOf(101), { others: wide })).toMatchObject({ 'n2-standard-8': 3 })
  })

  it('pool-limits: of a cluster in all zones do for the fullest of them', () => {
    const others = [claim(900), claim(300, 'europe-west4-b')]
    const everywhere = { others, zone: undefined }
    expect(shards(specOf(300), everywhere)).toMatchObject({ 'n2-standard-8': 1 })
    expect(shards(specOf(303), everywhere)).toMatchObject({ 'n2-standard-8': 2 })
  })
})

describe('room', () => {
  it('is there for the largest cluster', () => {
    expect(short(specOf(1000))).toBeUndefined()
  })

  /** Pools that cannot be sharded. */
  const single = { ...limits.gke, shardsPerPool: 1 }

  it('pool-limits: of one node pool in one zone there are 1,000 nodes, the driver among them', () => {
    expect(short(specOf(1000, { machineType: 'n2-standard-4' }))).toBeUndefined()
    expect(short(specOf(1000, { machineType: 'n2-standard-4' }), {}, single)).toMatchObject({
      code: 'GCP_RESOURCE_QUOTA_EXCEEDED',
      type: 'CLOUD_FAILURE',
      message: expect.stringContaining(`1000 nodes of pool n2-standard-4 in ${ZONE}`),
      field: 'data.executors.count',
      got: '1000',
      allowed: 'at most 999 executors, as things stand',
    })
    const spot = specOf(1000, { machineType: 'n2-standard-4', spot: true })
    expect(short(spot, {}, single)).toBeUndefined()
  })

  it('pool-limits: other clusters count in their own zone', () => {
    const others = [claim(700), claim(200, 'europe-west4-b')]
    expect(short(specOf(300), { others }, single)).toBeUndefined()
    expect(short(specOf(301), { others }, single)).toMatchObject({
      code: 'GCP_RESOURCE_QUOTA_EXCEEDED',
      message: expect.stringContaining('other clusters have 700 of them: 1 too few'),
      allowed: 'at most 300 executors, as things stand',
    })
    expect(short(specOf(301), { others, zone: 'europe-west4-b' }, single)).toBeUndefined()
  })

  it('pool-limits: a cluster of all zones has the room of all', () => {
    const others = [claim(1000), claim(1000, 'europe-west4-b')]
    expect(short(specOf(1000), { others, zone: undefined }, single)).toBeUndefined()
    const more = [...others, claim(1, 'HA')]
    expect(short(specOf(1000), { others: more, zone: undefined }, single)).toMatchObject({
      message: expect.stringContaining('3000 nodes of pool n2-standard-8'),
    })
  })

  it('ranges: with the nodes of other clusters and of GKE itself the addresses must do', () => {
    // 4,092 in the /20, ten of them for the system pool.
    const others = [1000, 1000, 1000].map((count) => claim(count, 'HA', { spot: true }))
    expect(short(specOf(1000), { others })).toBeUndefined()
    const full = [...others, claim(77, 'HA')]
    expect(short(specOf(1000), { others: full })).toBeUndefined()
    expect(short(specOf(1000), { others: [...others, claim(80, 'HA')] })).toMatchObject({
      code: 'GCP_IP_SPACE_EXHAUSTED',
      message: expect.stringContaining('3084 taken by other clusters: 3 too few'),
      allowed: 'at most 997 executors, as things stand',
    })
  })

  it('ranges: the smallest range for pods holds 256 nodes', () => {
    const small = { ...ranges, pods: '100.64.0.0/18' }
    expect(short(specOf(245), { ranges: small })).toBeUndefined()
    expect(short(specOf(250), { ranges: small })).toMatchObject({
      code: 'GCP_IP_SPACE_EXHAUSTED',
      message: expect.stringContaining('the pods range 100.64.0.0/18 holds 256 nodes'),
      allowed: 'at most 245 executors, as things stand',
    })
  })

  it('a GKE cluster has a limit of its own', () => {
    const gke = { ...limits.gke, nodesPerCluster: 100 }
    expect(short(specOf(89), {}, gke)).toBeUndefined()
    expect(short(specOf(90), {}, gke)).toMatchObject({
      code: 'GCP_RESOURCE_QUOTA_EXCEEDED',
      message: expect.stringContaining('100 nodes of a GKE cluster'),
    })
  })

  it('quota-conflict: a namespace of GKE holds 1,500 pods', () => {
    expect(limits.gke.podsPerNamespace).toBe(1500)
    const gke = { ...limits.gke, podsPerNamespace: 100 }
    expect(short(specOf(99), {}, gke)).toBeUndefined()
    expect(short(specOf(110), {}, gke)).toMatchObject({
      code: 'K8S_ACTIVE_POD_QUOTA_EXCEEDED',
      message: expect.stringContaining('111 are needed: 11 too few'),
      allowed: 'at most 99 executors, as things stand',
    })
  })

  it('says so when not even one executor fits', () => {
    expect(short(specOf(5), { ranges: { ...ranges, nodes: '10.0.0.0/29' } })).toMatchObject({
      allowed: 'none, as things stand',
    })
  })
})
