// Pools that nobody uses, in a stack that runs by itself: kept for a day, gone after it; listed ones stay; told nothing, the
// sweep does the same; and a clock that is wrong takes nothing away.
import { afterEach, describe, expect, it } from 'vitest'
import type { InProcessOptions } from '../../infra/local/stack/in-process.ts'
import { PoolEntity } from '../../shared/domain/entity.ts'
import { AUDIT_PERIOD } from '../../shared/domain/protocol-times.ts'
import { hours, minutes } from '../../shared/domain/time.ts'
import { sweep } from '../../shared/runtime/sweep.ts'
import { gate, gatedWorld } from '../protocol/gate.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { askForCluster, counted, inCloud, startAfterCluster, WITH_POOLS } from './whole.ts'

const POOLS = ['n2-standard-4', 'n2-standard-8'].map((pool) => `${WORKSPACE}/pools/${pool}`)
const WEEK = hours(7 * 24)
/** A look at it may come so late, and a tick and what is done then on top. */
const LATE = AUDIT_PERIOD + minutes(5)

let loop: Loop
afterEach(() => loop.stop())

let isSilent = false
const sweeps: Partial<InProcessOptions> = {
  busKnobs: { drop: (name) => name === 'sweep' && isSilent },
}

/** A workspace whose only cluster has ended. */
async function afterItsCluster(
  data: Record<string, unknown> = {},
  options: Partial<InProcessOptions> = {},
): Promise<void> {
  isSilent = false
  loop = await startAfterCluster(data, options)
}

async function pools(): Promise<PoolEntity[]> {
  const found = await Promise.all(POOLS.map((path) => loop.entity(path)))
  return found.map((pool) => PoolEntity.parse(pool))
}

const states = async (): Promise<string[]> => (await pools()).map(({ state }) => state)
const BOTH = ['RUNNING', 'RUNNING']

describe('pools that nobody uses', () => {
  it('are kept for a day, so that a launch finds them, and are gone after it', async () => {
    await afterItsCluster()
    await loop.clock.advance(hours(24) - minutes(1))
    expect(await states()).toEqual(BOTH)
    await loop.clock.advance(2 * LATE)
    expect(await states()).toEqual(['RETIRED', 'RETIRED'])
    expect(counted(loop)['nodePools']).toBe(1)

    await askForCluster(loop, { id: 'c-2' })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(counted(loop)).toMatchObject({ nodePools: WITH_POOLS.nodePools })
    expect((await pools()).map(({ generation }) => generation)).toEqual([3, 3])
  })

  it('go after as many hours as the workspace says, also with every hint lost', async () => {
    const deaf: Partial<InProcessOptions> = {
      busKnobs: {
        drop: (name) => !['workspace-requested', 'cluster-requested', 'sweep'].includes(name),
      },
      hostKnobs: { drop: () => true },
    }
    await afterItsCluster({ poolIdleHours: 2 }, deaf)
    await loop.clock.advance(hours(2) - minutes(1))
    expect(await states()).toEqual(BOTH)
    await loop.clock.advance(2 * LATE)
    expect(await states()).toEqual(['RETIRED', 'RETIRED'])
  })

  it('stay for ever where the workspace says 0', async () => {
    await afterItsCluster({ poolIdleHours: 0 })
    await loop.clock.advance(hours(26))
    expect(await states()).toEqual(BOTH)
  })

  it('stay where the workspace lists their shape', async () => {
    await afterItsCluster({
      poolIdleHours: 1,
      shapes: [{ machineType: 'n2-standard-8' }],
    })
    await loop.clock.advance(hours(3))
    expect(await states()).toEqual(['RETIRED', 'RUNNING'])
  })

  it('stay while a cluster runs, however long', async () => {
    isSilent = false
    loop = await startLoop()
    const data = { poolIdleHours: 1 }
    await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1', data))
    await loop.reach(WORKSPACE, 'RUNNING')
    await askForCluster(loop, { autoterminationMinutes: 0 })
    await loop.reach(CLUSTER, 'RUNNING')
    await loop.clock.advance(hours(4))
    expect(await states()).toEqual(BOTH)
    expect((await pools()).map(({ unusedSince }) => unusedSince)).toEqual([undefined, undefined])
  })
})

describe('a clock that is wrong', () => {
  it('a week that nobody saw pass takes nothing away: the time without uses begins anew', async () => {
    await afterItsCluster({}, sweeps)
    await loop.clock.advance(LATE)
    expect((await pools()).every(({ unusedSince }) => unusedSince !== undefined)).toBe(true)
    isSilent = true
    await loop.clock.advance(WEEK)
    isSilent = false
    await loop.clock.advance(hours(23))
    expect(await states()).toEqual(BOTH)
    await loop.clock.advance(hours(1) + LATE)
    expect(await states()).toEqual(['RETIRED', 'RETIRED'])
  })

  it.each([WEEK, -WEEK])('a function whose clock is wrong by %i ms', async (skewMs) => {
    await afterItsCluster({}, sweeps)
    await loop.clock.advance(LATE)
    isSilent = true
    await loop.clock.advance(AUDIT_PERIOD)
    await Promise.all([
      sweep(gatedWorld(loop.stack.world, gate(), skewMs)),
      loop.clock.advance(minutes(5)),
    ])
    expect(await states()).toEqual(BOTH)
    expect(inCloud(loop).filter((path) => path.includes('/nodePools/'))).toHaveLength(3)
  })
})
