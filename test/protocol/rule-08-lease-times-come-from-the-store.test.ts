// Protocol rule 8. Leases, horizons and alarms are compared by the store's time alone: a machine whose clock is ten minutes
// wrong takes over nothing early, waits for nothing long, and frees nothing that is held.
import { afterEach, describe, expect, it } from 'vitest'
import { limits } from '../../shared/catalog/limits.ts'
import { CLAIM_LEASE, EFFECT_WINDOW } from '../../shared/domain/protocol-times.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { runAttempt } from '../../shared/runtime/attempt.ts'
import { sweep } from '../../shared/runtime/sweep.ts'
import { CallError } from '../../shared/call-error.ts'
import { named } from './gate.ts'
import { CLUSTER, POOL, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
afterEach(() => scene.stop())

const KEY = 'network-g1'
const attempt = (n: number) => ({ entity: WORKSPACE, generation: 1, key: KEY, n })
const wrong = [
  ['ten minutes fast', minutes(10)],
  ['ten minutes slow', -minutes(10)],
] as const

/** How long workspace and cluster take, with every event and hint lost, so that alarms and leases decide. */
async function launchTimes(skewMs: number): Promise<number[]> {
  const deaf = ['step-due', 'operation-ended', 'pod-ready'] as const
  scene = await startScene({ skewMs, deaf })
  const start = scene.clock.now()
  await scene.accept('workspace-requested')
  await scene.reach(WORKSPACE, 'RUNNING')
  const between = scene.clock.now()
  await scene.accept('cluster-requested')
  await scene.reach(CLUSTER, 'RUNNING')
  return [between - start, scene.clock.now() - between]
}

describe('rule 8: lease times come from readTime', () => {
  it.each(wrong)('a launch by ticks alone takes as long with clocks %s', async (_, skewMs) => {
    const right = await launchTimes(0)
    await scene.stop()
    expect(await launchTimes(skewMs)).toEqual(right)
  })

  it.each(wrong)(
    'a claim is given up after its lease, and its horizon holds, with a clock %s',
    async (_, skewMs) => {
      scene = await startScene({ skewMs, deaf: ['step-due', 'sweep'] })
      await scene.accept('workspace-requested')
      const frozen = scene.process()
      frozen.gate.hold('before', ({ port }) => port !== 'store')
      const claimedAt = scene.clock.now()
      void runAttempt(frozen.world, attempt(1))
      await scene.clock.advance(CLAIM_LEASE - 1)
      await scene.run(advance(scene.main.world, WORKSPACE))
      const attempts = async () =>
        (await scene.store.list('accounts/acme/attempts')).filter(({ data }) => data['key'] === KEY)
      expect(await attempts()).toHaveLength(1)
      await scene.clock.advance(1)
      await scene.run(advance(scene.main.world, WORKSPACE))
      expect(await attempts()).toHaveLength(2)
      await scene.run(runAttempt(scene.main.world, attempt(2)))
      const horizon = claimedAt + EFFECT_WINDOW
      expect(await scene.entry(WORKSPACE, KEY)).toMatchObject({ zombieUntil: horizon })
    },
  )

  it.each(wrong)(
    'a new pool is due when the store says so, not by a clock %s',
    async (_, skewMs) => {
      scene = await startScene({ skewMs })
      await scene.withWorkspace()
      const before = scene.clock.now()
      await scene.accept('cluster-requested')
      const run = await scene.currentRun(POOL)
      expect(run).toMatchObject({ createdAt: before, wakeAt: before + seconds(20) })
    },
  )

  it('a slot whose holder may still act is not freed by a sweep whose clock is fast', async () => {
    scene = await startScene({ deaf: ['step-due', 'operation-ended', 'sweep'] })
    scene.deaf.clear()
    await scene.withWorkspace()
    scene.main.gate.answer(named('gke.createNodePool'), async () => {
      throw new CallError('unknown-outcome', 'cut off')
    })
    await scene.accept('cluster-requested')
    await scene.until('cut off', async () => {
      const entry = await scene.entry(POOL, 'node-pool-g1')
      return entry?.claim.open === false
    })
    const held = () => scene.store.list(`${WORKSPACE}/slots`)
    expect((await held()).length).toBeGreaterThan(0)
    expect((await held()).length).toBeLessThanOrEqual(limits.gke.operationsInFlight)
    const fast = scene.process(minutes(10))
    await scene.clock.advance(seconds(21))
    const before = await held()
    await scene.run(sweep(fast.world))
    expect(await held()).toEqual(before)
  })
})
