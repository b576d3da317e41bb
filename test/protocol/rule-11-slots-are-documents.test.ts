// Protocol rule 11. Four operations at once on a GKE cluster: enqueue, then try; free, then look.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../shared/catalog/limits.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { Call } from '../../shared/around.ts'
import { runAttempt } from '../../shared/runtime/attempt.ts'
import { nextInQueue } from '../../shared/runtime/slots.ts'
import { createOf } from '../../shared/runtime/stored.ts'
import { named } from './gate.ts'
import { POOL, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
})
afterEach(() => scene.stop())

const slots = () => scene.store.list(`${WORKSPACE}/slots`)
const queue = () => scene.store.list(`${WORKSPACE}/queue`)
const attempt = { entity: POOL, generation: 1, key: 'node-pool-g1', n: 1 }

function ticket(pool: string, since = 1) {
  const entity = `${WORKSPACE}/pools/${pool}`
  const doing = 'create' as const
  const seenAt = scene.clock.now()
  return { entity, key: 'node-pool-g1', generation: 1, token: pool, doing, since, seenAt }
}

async function takeAllSlots(): Promise<void> {
  for (let slot = 1; slot <= limits.gke.operationsInFlight; slot++) {
    const path = `${WORKSPACE}/slots/${slot}`
    await scene.store.commit([createOf(path, ticket(`other-${slot}`))])
  }
}

async function freeAllSlots(): Promise<void> {
  for (const from of await slots()) await scene.store.commit([{ op: 'delete', from }])
}

describe('rule 11: slots are documents', () => {
  it('the last holder frees and finds the queue empty before the waiter has queued: the waiter tries again, and does not sleep', async () => {
    scene.deaf.add('step-due').add('sweep')
    await scene.accept('cluster-requested')
    await takeAllSlots()
    const waiter = scene.process()
    const enqueue = waiter.gate.hold('before', ({ method, args }: Call) => {
      return method === 'commit' && JSON.stringify(args).includes('/queue/')
    })
    const work = runAttempt(waiter.world, attempt)
    await scene.clock.advance(10)
    expect(enqueue.stopped()).toBe(1)

    await freeAllSlots()
    expect(await nextInQueue(scene.main.world, WORKSPACE)).toBeUndefined()
    enqueue.release()
    await scene.run(work)
    expect(waiter.gate.calls.filter(named('gke.createNodePool'))).toHaveLength(1)
    expect(await slots()).toHaveLength(1)
    expect(await queue()).toEqual([])
  })

  it('without a slot nothing is called: the step waits in the queue, which is no failure', async () => {
    scene.deaf.add('step-due').add('sweep')
    await scene.accept('cluster-requested')
    await takeAllSlots()
    await scene.run(runAttempt(scene.main.world, attempt))
    expect(scene.main.gate.calls.filter(({ port }) => port === 'gke').length).toBeGreaterThan(0)
    expect(scene.main.gate.calls.filter(named('gke.createNodePool'))).toEqual([])
    expect(await queue()).toHaveLength(1)
    expect(await scene.entry(POOL, attempt.key)).toMatchObject({ failures: 0 })
  })

  it('six pools at once: never more than four slots, every pool is made, and nothing is left behind', async () => {
    let most = 0
    scene.store.onWritten(({ type }) => {
      if (type !== 'created') return
      const held = scene.store.dump().filter(({ path }) => path.startsWith(`${WORKSPACE}/slots/`))
      most = Math.max(most, held.length)
    })
    const shapes = [
      ['n2-standard-4', 'n2-standard-8'],
      ['n2-standard-16', 'n2-standard-32'],
      ['n2-highmem-4', 'n2-highmem-8'],
    ]
    for (const [at, [driver, machineType]] of shapes.entries()) {
      const machines = { driver: { machineType: driver }, executors: { count: 1, machineType } }
      await scene.accept('cluster-requested', `c${at}`, { cluster: `c${at}`, ...machines })
    }
    for (const pool of shapes.flat()) await scene.reach(`${WORKSPACE}/pools/${pool}`, 'RUNNING')
    expect(most).toBe(limits.gke.operationsInFlight)
    expect(await slots()).toEqual([])
    expect(await queue()).toEqual([])
  })

  it('the oldest in the queue is next, and only one process gets it', async () => {
    for (const [pool, since] of [
      ['b', 20],
      ['a', 30],
      ['c', 10],
    ] as const) {
      await scene.store.commit([createOf(`${WORKSPACE}/queue/${pool}`, ticket(pool, since))])
    }
    const next = () => nextInQueue(scene.main.world, WORKSPACE)
    const both = await scene.run(Promise.all([next(), next()]))
    expect(both.filter((one) => one?.token === 'c')).toHaveLength(1)
    expect((await next())?.token).toBe('b')
  })

  it('a slot whose holder died after its operation had ended is freed by the sweep', async () => {
    await scene.accept('cluster-requested')
    await scene.reach(POOL, 'RUNNING')
    await scene.clock.advance(minutes(1))
    await scene.store.commit([createOf(`${WORKSPACE}/slots/1`, ticket('n2-standard-8'))])
    await scene.clock.advance(minutes(31))
    expect(await slots()).toEqual([])
  })
})
