// A workspace without clusters gives up its GKE cluster, keeps its network, and wakes for the next cluster.
import { afterEach, describe, expect, it } from 'vitest'
import type { InProcessOptions } from '../../infra/local/stack/in-process.ts'
import type { Entity } from '../../shared/domain/entity.ts'
import { AUDIT_PERIOD } from '../../shared/domain/protocol-times.ts'
import { hours, minutes } from '../../shared/domain/time.ts'
import { CLUSTER, type Loop, WORKSPACE } from './fixture.ts'
import { askForCluster, counted, end, inCloud, startAfterCluster, WITH_POOLS } from './whole.ts'

const LATE = AUDIT_PERIOD + minutes(5)
/** Until the GKE cluster is gone. */
const GONE = minutes(30)

let loop: Loop
let isSilent = false
afterEach(() => loop.stop())

const hintless: Partial<InProcessOptions> = {
  busKnobs: {
    drop: (name) => !['workspace-requested', 'cluster-requested', 'sweep'].includes(name),
  },
  hostKnobs: { drop: () => true },
}

async function afterItsCluster(
  data: Record<string, unknown>,
  options: Partial<InProcessOptions> = {},
): Promise<void> {
  isSilent = false
  loop = await startAfterCluster(data, options)
}

async function workspace(): Promise<Entity> {
  const found = await loop.entity(WORKSPACE)
  if (!found) throw new Error('there is no workspace')
  return found
}

const gke = (): string[] =>
  inCloud(loop).filter((path) => /\/(clusters|nodePools|subscriptions)\//.test(path))
const network = (): string[] => inCloud(loop).filter((path) => !gke().includes(path))

describe('a workspace without clusters', () => {
  it.each([
    ['told everything', {}],
    ['told nothing', hintless],
  ])('hibernates, and wakes for the next cluster: %s', async (_, options) => {
    await afterItsCluster({ hibernateAfterHours: 2 }, options)
    const before = network()
    await loop.clock.advance(hours(2) - minutes(1))
    expect(await workspace()).not.toHaveProperty('hibernation')
    await loop.clock.advance(2 * LATE + GONE)
    expect(await workspace()).toMatchObject({ state: 'RUNNING', hibernation: 'HIBERNATED' })
    expect(gke()).toEqual([])
    expect(network()).toEqual(before)
    const { generation } = await workspace()
    await loop.clock.advance(hours(30))
    expect(await workspace()).toMatchObject({ generation, hibernation: 'HIBERNATED' })
    expect(gke()).toEqual([])

    await askForCluster(loop, { id: 'c-2' })
    await loop.clock.advance(minutes(2))
    expect(await loop.cluster()).toMatchObject({
      state: 'PENDING',
      waitsFor: WORKSPACE,
      reason: { code: 'WORKSPACE_WAKING', parameters: { expected_wait_min: '12' } },
    })
    expect(await workspace()).toMatchObject({ state: 'RUNNING', hibernation: 'WAKING' })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).not.toHaveProperty('reason')
    expect(await workspace()).not.toHaveProperty('hibernation')
    expect(counted(loop)).toMatchObject(WITH_POOLS)
    expect(network()).toEqual(before)
  })

  it('hibernates before its pools have gone: they go with it, and come with the GKE cluster', async () => {
    const data = {
      hibernateAfterHours: 1,
      poolIdleHours: 0,
      shapes: [{ machineType: 'n2-standard-8' }],
    }
    await afterItsCluster(data)
    await loop.clock.advance(hours(1) + LATE + GONE)
    expect(gke()).toEqual([])
    await askForCluster(loop, { id: 'c-2' })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(counted(loop)).toMatchObject(WITH_POOLS)
  })

  it('stays awake where it says 0', async () => {
    await afterItsCluster({ hibernateAfterHours: 0 })
    await loop.clock.advance(hours(80))
    expect(await workspace()).not.toHaveProperty('hibernation')
    expect(counted(loop)).toMatchObject({ clusters: 1 })
  })

  it('a week that nobody saw pass does not send it to sleep', async () => {
    await afterItsCluster({}, { busKnobs: { drop: (name) => name === 'sweep' && isSilent } })
    await loop.clock.advance(LATE)
    expect(await workspace()).toHaveProperty('emptySince')
    isSilent = true
    await loop.clock.advance(hours(7 * 24))
    isSilent = false
    await loop.clock.advance(hours(71))
    expect(await workspace()).not.toHaveProperty('hibernation')
    await loop.clock.advance(hours(1) + LATE)
    expect(await workspace()).toMatchObject({ hibernation: 'HIBERNATED' })
  })

  it('is deleted while it hibernates', async () => {
    await afterItsCluster({ hibernateAfterHours: 1 })
    await loop.clock.advance(hours(1) + LATE + GONE)
    await end(loop, WORKSPACE)
    await loop.reach(WORKSPACE, 'NOT_PROVISIONED')
    expect(inCloud(loop)).toEqual([])
  })
})
