// Decision 0008: a thing that is on its way is looked at without a claim. The look is recorded only on the version of the
// entry that it began with, and only when nobody could act any more as it began; whatever needs a hand gets an attempt.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import { CLAIM_LEASE, EFFECT_WINDOW, LOOK_PERIOD } from '../../shared/domain/protocol-times.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { runAttempt } from '../../shared/runtime/attempt.ts'
import { look } from '../../shared/runtime/look.ts'
import { sweep } from '../../shared/runtime/sweep.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { named } from './gate.ts'
import { POOL, type Process, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
  scene.deaf.add('step-due').add('sweep').add('operation-ended')
  await scene.accept('cluster-requested')
})
afterEach(() => scene.stop())

const KEY = 'node-pool-g1'
const attempt = (n: number, generation = 1) => ({ entity: POOL, generation, key: KEY, n })
const reason = { code: 'USER_REQUEST', type: 'SUCCESS' as const, message: 'a test ends it' }
const poolEntry = () => scene.entry(POOL, KEY)
const slots = () => scene.store.list(`${WORKSPACE}/slots`)
const attemptsAtPool = async () =>
  (await scene.store.list('accounts/acme/attempts')).filter(({ data }) => data['entity'] === POOL)
/** What the end of its operation brings about. */
const hint = ({ world }: Process) => advance(world, POOL, { keys: [KEY] })

/** The operation that makes the pool has begun; it takes 38 seconds. */
async function beginPool(): Promise<void> {
  await scene.run(runAttempt(scene.main.world, attempt(1)))
  expect(await poolEntry()).toMatchObject({ n: 1, thing: { have: 'coming' } })
  expect(await slots()).toHaveLength(1)
}

async function endOperation(): Promise<void> {
  await scene.clock.advance(minutes(1))
}

async function goDown(): Promise<void> {
  await scene.run(takeDown(scene.main.world, POOL, { generation: 1, reason, by: 'test' }))
}

const poolsInCloud = () =>
  scene.data.cloud.list().filter((path) => /nodePools\/.*n2-standard-8/.test(path))

describe('a look without a claim', () => {
  it('costs one commit: the entry, and the slot that it frees with it; no attempt, no claim', async () => {
    await beginPool()
    await endOperation()
    const before = await attemptsAtPool()
    const looker = scene.process()
    await scene.run(hint(looker))
    expect(await poolEntry()).toMatchObject({ n: 1, thing: { have: 'present' } })
    expect((await scene.entity(POOL)).state).toBe('RUNNING')
    expect(await attemptsAtPool()).toEqual(before)
    const recorded = looker.gate.calls.filter(
      ({ method, args }) => method === 'commit' && JSON.stringify(args).includes(KEY),
    )
    expect(recorded).toHaveLength(1)
    expect(JSON.stringify(recorded[0]?.args)).toContain('/slots/')
    expect(await slots()).toEqual([])
  })

  it('writes nothing when it was told too early', async () => {
    await beginPool()
    const begun = await poolEntry()
    await scene.run(hint(scene.main))
    expect(await poolEntry()).toEqual(begun)
  })

  it('is overtaken by a claim: what it saw is discarded, whatever it saw', async () => {
    await beginPool()
    await endOperation()
    const looker = scene.process()
    const seen = looker.gate.hold('after', named('gke.getNodePool'))
    const work = look(looker.world, attempt(2))
    await scene.clock.advance(1000)
    expect(seen.stopped()).toBe(1)

    await goDown()
    await scene.run(runAttempt(scene.main.world, attempt(2, 2)))
    const claimed = await poolEntry()
    expect(claimed).toMatchObject({ n: 2, g: 2, thing: { have: 'leaving' } })
    seen.release()
    expect(await scene.run(work)).toEqual({ advance: false })
    expect(await poolEntry()).toEqual(claimed)
    expect(await slots()).toHaveLength(1)
  })

  it('is overtaken between its last reading and its write: refused, and the slot stays with the claim', async () => {
    await beginPool()
    await endOperation()
    const looker = scene.process()
    const write = looker.gate.hold('before', named('store.commit'))
    const work = look(looker.world, attempt(2))
    await scene.clock.advance(1000)
    expect(write.stopped()).toBe(1)
    await goDown()
    await scene.run(runAttempt(scene.main.world, attempt(2, 2)))
    const claimed = await poolEntry()
    write.release()
    expect(await scene.run(work)).toEqual({ advance: false })
    expect(await poolEntry()).toEqual(claimed)
    expect(await slots()).toHaveLength(1)
  })

  it('lands before the newer generation claims: its undo begins from there, and nothing is left', async () => {
    await beginPool()
    await endOperation()
    const looker = scene.process()
    const seen = looker.gate.hold('after', named('gke.getNodePool'))
    const work = look(looker.world, attempt(2))
    await scene.clock.advance(1000)
    await goDown()
    seen.release()
    await scene.run(work)
    expect(await poolEntry()).toMatchObject({ g: 1, thing: { have: 'present' } })
    scene.deaf.clear()
    await scene.run(advance(scene.main.world, POOL))
    await scene.until('gone', async () => (await scene.entity(POOL)).state === 'RETIRED')
    expect(poolsInCloud()).toEqual([])
    // The cluster's other pool is on its way by now.
    expect((await slots()).filter(({ data }) => data['entity'] === POOL)).toEqual([])
  })

  it('is not begun while an earlier holder may act: the attempt that comes instead does not find it final', async () => {
    const frozen = scene.process()
    const create = frozen.gate.hold('before', ({ port }) => port !== 'store')
    const claimedAt = scene.clock.now()
    void runAttempt(frozen.world, attempt(1))
    await scene.clock.advance(CLAIM_LEASE)
    await scene.run(runAttempt(scene.main.world, attempt(2)))
    const horizon = claimedAt + EFFECT_WINDOW
    expect(await poolEntry()).toMatchObject({ thing: { have: 'coming' }, zombieUntil: horizon })
    await endOperation()
    expect(scene.clock.now()).toBeLessThan(horizon)

    const early = scene.process()
    expect(await scene.run(look(early.world, attempt(3)))).toBeUndefined()
    expect(early.gate.calls.filter(({ port }) => port === 'gke')).toEqual([])
    await scene.run(hint(scene.main))
    expect(await poolEntry()).toMatchObject({ n: 3, thing: { have: 'unknown' }, lookAt: horizon })
    create.release()
    scene.deaf.clear()
    await scene.reach(POOL, 'RUNNING')
    expect(poolsInCloud()).toHaveLength(1)
  })

  it('throws: that is logged, and the attempt is run as ever', async () => {
    await beginPool()
    await endOperation()
    const failing = scene.process()
    const broken = failing.gate.answer(named('gke.getNodePool'), async () => {
      broken.release()
      throw new CallError('unavailable', 'no answer')
    })
    await scene.run(hint(failing))
    expect(scene.logged.map(({ message }) => message)).toContain('look failed')
    expect(await poolEntry()).toMatchObject({ n: 2, thing: { have: 'present' }, failures: 0 })
  })

  it('hangs: five seconds later the attempt is run instead', async () => {
    await beginPool()
    await endOperation()
    const hanging = scene.process()
    const answer = hanging.gate.hold('before', named('gke.getNodePool'))
    const work = look(hanging.world, attempt(2))
    await scene.clock.advance(seconds(5))
    expect(await scene.run(work)).toBeUndefined()
    answer.release()
    await scene.clock.advance(1000)
    expect(await poolEntry()).toMatchObject({ n: 1, thing: { have: 'coming' } })
  })

  it('finds nothing where the operation has failed: only an attempt makes it again', async () => {
    await beginPool()
    const gone = scene.main.gate.answer(named('gke.getNodePool'), async () => undefined)
    await scene.clock.advance(LOOK_PERIOD)
    expect(await scene.run(look(scene.main.world, attempt(2)))).toBeUndefined()
    expect(await poolEntry()).toMatchObject({ n: 1, thing: { have: 'coming' } })
    gone.release()
  })

  it('is what the sweep does where every hint is lost: no attempt but the first', async () => {
    await beginPool()
    await endOperation()
    const before = await attemptsAtPool()
    await scene.run(sweep(scene.main.world))
    expect(await poolEntry()).toMatchObject({ n: 1, thing: { have: 'present' } })
    expect((await scene.entity(POOL)).state).toBe('RUNNING')
    expect(await attemptsAtPool()).toEqual(before)
  })

  it('of something that leaves: gone is recorded, and settles', async () => {
    await beginPool()
    await endOperation()
    await scene.run(hint(scene.main))
    await goDown()
    await scene.run(runAttempt(scene.main.world, attempt(2, 2)))
    expect(await poolEntry()).toMatchObject({ n: 2, thing: { have: 'leaving' } })
    await scene.clock.advance(minutes(2))
    const looker = scene.process()
    await scene.run(hint(looker))
    expect(looker.gate.calls.filter(named('gke.deleteNodePool'))).toEqual([])
    expect((await scene.entity(POOL)).state).toBe('RETIRED')
    expect(await slots()).toEqual([])
  })
})

describe('a look that is due', () => {
  it('moves the next one while the thing is still on its way, and keeps the operation that its end is told of', async () => {
    await scene.stop()
    scene = await startScene({ deaf: ['sweep', 'operation-ended'] })
    await scene.accept('workspace-requested')
    const gke = () => scene.entry(WORKSPACE, 'gke-cluster-g1')
    await scene.until('begun', async () => (await gke())?.thing.have === 'coming')
    const begun = await gke()
    await scene.clock.advance(LOOK_PERIOD)
    const now = scene.clock.now()
    await scene.run(advance(scene.main.world, WORKSPACE, { runForgotten: true }))
    expect(await gke()).toMatchObject({
      n: 1,
      thing: { have: 'coming' },
      lookAt: now + LOOK_PERIOD,
    })
    expect((await gke())?.operation).toBe(begun?.operation)
  })
})
