// Protocol rule 9. To be told to come back is no failure, and undo never gives up.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CallError, type CallErrorKind } from '../../shared/call-error.ts'
import { minutes } from '../../shared/domain/time.ts'
import { named } from './gate.ts'
import { CLUSTER, POOL, type Scene, startScene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
})
afterEach(() => scene.stop())

const KEY = 'node-pool-g1'
const creates = () => scene.main.gate.calls.filter(named('gke.createNodePool'))

function refuse(call: string, kind: CallErrorKind, retryAfterMs?: number) {
  return scene.main.gate.answer(named(call), async () => {
    throw new CallError(kind, 'come back', retryAfterMs === undefined ? {} : { retryAfterMs })
  })
}

/** What a create was called with. */
const asOfCall = (argument: unknown): object =>
  typeof argument === 'object' ? (argument ?? {}) : {}

describe('rule 9: looks are not failures', () => {
  it.each(['busy', 'rate', 'conflict'] as const)(
    'GKE says "%s" more often than the budget allows failures: none is counted, and the pool is made in the end',
    async (kind) => {
      const refusal = refuse('gke.createNodePool', kind, 15_000)
      await scene.accept('cluster-requested')
      await scene.ticks(10)
      expect(refusal.stopped()).toBeGreaterThan(10)
      const entry = await scene.entry(POOL, KEY)
      expect(entry).toMatchObject({ failures: 0, claim: { open: false } })
      expect(entry).not.toHaveProperty('failure')
      refusal.release()
      await scene.reach(CLUSTER, 'RUNNING')
    },
  )

  it('GKE is away for more tries than the budget allows: it is tried on, ever more slowly, and the pool is made in the end', async () => {
    const refusal = refuse('gke.createNodePool', 'unavailable')
    await scene.accept('cluster-requested')
    await scene.ticks(20)
    // Of five that it may fail.
    expect(refusal.stopped()).toBeGreaterThan(2 * 5)
    expect(refusal.stopped()).toBeLessThan(2 * 20)
    expect(await scene.entry(POOL, KEY)).toMatchObject({ failure: { permanent: false } })
    refusal.release()
    await scene.reach(CLUSTER, 'RUNNING')
  })

  it('pending, look after look, is no failure either', async () => {
    const status = scene.main.gate.answer(named('gke.getNodePool'), async () => {
      const asked = creates().find(({ args }) => JSON.stringify(args).includes('n2-standard-8'))
      return { ...asOfCall(asked?.args[1]), status: 'PROVISIONING' }
    })
    await scene.accept('cluster-requested', 'c', { driver: { machineType: 'n2-standard-8' } })
    await scene.ticks(12)
    expect(status.stopped()).toBeGreaterThan(8)
    expect(await scene.entry(POOL, KEY)).toMatchObject({ failures: 0, thing: { have: 'coming' } })
    status.release()
    await scene.reach(CLUSTER, 'RUNNING')
  })

  it('a failure is one, and between failures that come again and again a look gives no budget back', async () => {
    // Each create begins an operation, and each operation ends badly.
    const { gate } = scene.main
    gate.answer(named('gke.createNodePool'), async () => ({
      name: `operation-${creates().length}`,
      operationType: 'CREATE_NODE_POOL',
      status: 'RUNNING',
      targetLink: '',
    }))
    gate.answer(named('gke.getOperation'), async () => ({
      name: 'operation',
      operationType: 'CREATE_NODE_POOL',
      status: 'DONE',
      targetLink: '',
      error: { code: 8, message: 'no more of these' },
    }))
    await scene.accept('cluster-requested')
    await scene.reach(POOL, 'FAILED', minutes(30))
    expect(await scene.entity(POOL)).toMatchObject({ reason: { code: 'GCP_QUOTA_EXCEEDED' } })
  })

  it('an undo that fails for an hour is tried on, ever more slowly, and ends when it can', async () => {
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING')
    await scene.end(CLUSTER)
    await scene.reach(CLUSTER, 'TERMINATED')

    const refusal = refuse('gke.deleteNodePool', 'unavailable')
    await scene.end(POOL)
    await scene.ticks(60)
    const tried = refusal.stopped()
    // At first after seconds, in the end every five minutes.
    expect(tried).toBeGreaterThan(8)
    expect(tried).toBeLessThan(40)
    expect((await scene.entity(POOL)).state).toBe('RETIRING')
    expect(await scene.currentRun(POOL)).toMatchObject({ is: 'active' })
    refusal.release()
    await scene.reach(POOL, 'RETIRED', minutes(30))
  })
})
