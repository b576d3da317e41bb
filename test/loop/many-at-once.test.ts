// Ten launches at once that want five shapes: the few operations that GKE takes at once are queued for, not fought over.
import { expect, it } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import { minutes } from '../../shared/domain/time.ts'
import { aroundWorld } from '../../shared/around.ts'
import { event, startLoop, WORKSPACE } from './fixture.ts'
import { askForWorkspace, inCloud } from './whole.ts'

const shapes = ['n2-standard-4', 'n2-standard-8', 'n2-standard-16', 'n2-highmem-4', 'n2-highmem-8']

it('makes each pool once, and is hardly ever told to come back later', async () => {
  /** Refused calls, by pool. */
  const refused = new Map<string, number>()
  let created = 0
  const loop = await startLoop({
    wrapWorld: (world) =>
      aroundWorld(world, async ({ port, method, args }, proceed) => {
        if (port !== 'gke' || method !== 'createNodePool') return proceed()
        const pool = (args[1] as { name: string }).name
        try {
          const begun = await proceed()
          created++
          return begun
        } catch (error) {
          const isBusy = error instanceof CallError && /^(rate|busy)$/.test(error.kind)
          if (isBusy) refused.set(pool, (refused.get(pool) ?? 0) + 1)
          throw error
        }
      }),
  })
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  const clusters = Array.from({ length: 10 }, (_, at) => `many-${at}`)
  await Promise.all(
    clusters.map((cluster, at) => {
      const machineType = shapes[at % shapes.length] ?? ''
      const wanted = { cluster, driver: { machineType }, executors: { count: 2, machineType } }
      return loop.stack.publish('cluster-requested', event('cluster-requested', cluster, wanted))
    }),
  )
  for (const cluster of clusters) {
    await loop.reach(`${WORKSPACE}/clusters/${cluster}`, 'RUNNING', minutes(30))
  }
  process.stdout.write(
    `ten launches, five shapes: ${created} pools made, refused calls by pool: ${JSON.stringify([...refused])}\n`,
  )
  expect(created).toBe(shapes.length)
  const pools = inCloud(loop).filter((path) => path.includes('/nodePools/'))
  // The system pool beside them.
  expect(pools).toHaveLength(shapes.length + 1)
  expect(Math.max(0, ...refused.values())).toBeLessThanOrEqual(1)
  await loop.stop()
})
