// Nothing waits for the sweep that need not: where no event is lost, nobody dies and wishes come one after the other, each is
// carried to its end by those who are told of it, whatever their order and however long the store takes for each of them.
import { expect, it } from 'vitest'
import { seededRandom, virtualClock } from '../../infra/local/clock.ts'
import { aroundWorld } from '../../shared/around.ts'
import { minutes } from '../../shared/domain/time.ts'
import { CLUSTER, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { ask } from './lifecycle.ts'
import { askForCluster, askForWorkspace, inKubernetes } from './whole.ts'

/** A workspace that runs, and from then on no tick of the Scheduler. */
async function startUnticked(seed: number): Promise<Loop> {
  const random = seededRandom(seed)
  const clock = virtualClock(seed)
  const delayMs = (): number => random() ** 3 * 2000
  let isTicking = true
  const options = {
    busKnobs: { delayMs, drop: (name: string) => name === 'sweep' && !isTicking },
    hostKnobs: { delayMs },
    wrapWorld: (world: Parameters<typeof aroundWorld>[0]) =>
      aroundWorld(world, async ({ port }, proceed) => {
        if (port === 'store') await clock.sleep(random() ** 3 * 200)
        return proceed()
      }),
  }
  const loop = await startLoop(options, seed, clock)
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await clock.advance(minutes(1))
  isTicking = false
  return loop
}

async function running(loop: Loop, executors: number, generation: number): Promise<void> {
  const is = async (): Promise<boolean> => {
    const cluster = await loop.entity(CLUSTER)
    if (cluster?.kind !== 'cluster' || cluster.state !== 'RUNNING') return false
    return cluster.generation === generation && cluster.executors.ready === executors
  }
  await loop.clock.until(`${executors} executors by generation ${generation}`, is, minutes(20))
}

const podsOf = (loop: Loop): string[] => inKubernetes(loop).filter((name) => name.includes('/'))

it.each([1, 2, 3, 4, 5, 6, 7, 8])('one wish after the other (seed %i)', async (seed) => {
  const loop = await startUnticked(seed)
  await askForCluster(loop, { count: 60 })
  await running(loop, 60, 1)
  await ask(loop, 'up', { action: 'resize', executors: { count: 160 } })
  await running(loop, 160, 2)
  await ask(loop, 'down', { action: 'resize', executors: { count: 20 } })
  await running(loop, 20, 3)
  await ask(loop, 'again', { action: 'restart' })
  await running(loop, 20, 4)
  await ask(loop, 'end', { action: 'terminate' })
  await loop.reach(CLUSTER, 'TERMINATED', minutes(5))
  expect(podsOf(loop)).toEqual([])
  await ask(loop, 'start', { action: 'start' })
  await running(loop, 20, 6)
  await loop.stop()
})
