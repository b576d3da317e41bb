// Protocol rule 3. Present and absent are final only if the look at them began when no earlier holder could act any more.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import {
  CALL_DEADLINE,
  CLAIM_LEASE,
  EFFECT_WINDOW,
  MUTATION_WINDOW,
} from '../../shared/domain/protocol-times.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { Call } from '../../shared/around.ts'
import { runAttempt } from '../../shared/runtime/attempt.ts'
import { named } from './gate.ts'
import { type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene({ deaf: ['step-due', 'sweep', 'operation-ended'] })
  await scene.accept('workspace-requested')
})
afterEach(() => scene.stop())

const KEY = 'network-g1'
const attempt = (n: number, generation = 1) => ({ entity: WORKSPACE, generation, key: KEY, n })
const networkEntry = () => scene.entry(WORKSPACE, KEY)
const insert = named('network.insert')
/** A stopped process: the call does not return, and no timer of the process rings. */
const insertAndTimers = (call: Call): boolean => insert(call) || call.port === 'clock'
const isCreateOf =
  (kind: string) =>
  (call: Call): boolean =>
    named('kubernetes.create')(call) && JSON.stringify(call.args).includes(`"kind":"${kind}"`)

async function expectEmptyInTheEnd(): Promise<void> {
  scene.deaf.clear()
  await scene.until(
    'taken down',
    async () => (await scene.currentRun(WORKSPACE)).is === 'settled',
    minutes(15),
  )
  expect(scene.data.cloud.list()).toEqual([])
  expect((await scene.entity(WORKSPACE)).state).toBe('NOT_PROVISIONED')
}

describe('rule 3: final only on a clean look', () => {
  it('undo sees "absent", then the paused create of the old generation lands: not "gone", and undone in the end', async () => {
    const frozen = scene.process()
    const create = frozen.gate.hold('before', insertAndTimers)
    const claimedAt = scene.clock.now()
    void runAttempt(frozen.world, attempt(1))
    await scene.clock.advance(1000)
    expect(create.stopped()).toBeGreaterThan(0)

    await scene.end(WORKSPACE)
    await scene.run(runAttempt(scene.main.world, attempt(2, 2)))
    const horizon = claimedAt + EFFECT_WINDOW
    expect(await networkEntry()).toMatchObject({ thing: { have: 'unknown' }, lookAt: horizon })
    create.release()
    await scene.clock.advance(minutes(1))
    expect(scene.data.cloud.list()).toHaveLength(1)
    await expectEmptyInTheEnd()
  })

  it('a look that began before the horizon and is recorded after it is not final', async () => {
    const frozen = scene.process()
    const create = frozen.gate.hold('before', insertAndTimers)
    void runAttempt(frozen.world, attempt(1))
    await scene.clock.advance(1000)
    await scene.end(WORKSPACE)

    const slow = scene.process()
    const answer = slow.gate.hold('after', named('network.get'))
    const timers = slow.gate.hold('before', named('clock.sleep'))
    const undo = runAttempt(slow.world, attempt(2, 2))
    await scene.clock.advance(EFFECT_WINDOW - 2000)
    create.release()
    await scene.clock.advance(5000)
    answer.release()
    timers.release()
    await scene.run(undo)
    expect(await networkEntry()).toMatchObject({ n: 2, thing: { have: 'unknown' } })
    await expectEmptyInTheEnd()
  })

  it('a process that stops right after its claim was stored, and wakes past its horizon, changes nothing', async () => {
    const frozen = scene.process()
    const claim = frozen.gate.hold('after', named('store.transaction'))
    const first = runAttempt(frozen.world, attempt(1))
    await scene.clock.advance(CLAIM_LEASE)
    await scene.end(WORKSPACE)
    await scene.run(runAttempt(scene.main.world, attempt(2, 2)))
    await scene.clock.advance(EFFECT_WINDOW)
    scene.deaf.clear()
    await scene.clock.advance(minutes(3))
    expect(await scene.currentRun(WORKSPACE)).toMatchObject({ is: 'settled' })

    claim.release()
    await scene.run(first)
    await scene.clock.advance(minutes(1))
    expect(scene.data.cloud.list()).toEqual([])
  })

  it(`a mutating call does not begin later than ${MUTATION_WINDOW} ms after the claim`, async () => {
    const slow = scene.process()
    await scene.run(runAttempt(scene.main.world, attempt(1)))
    const reading = slow.gate.hold('before', named('network.get'))
    const timers = slow.gate.hold('before', named('clock.sleep'))
    await scene.end(WORKSPACE)
    const undo = runAttempt(slow.world, attempt(2, 2))
    await scene.clock.advance(MUTATION_WINDOW + 1)
    reading.release()
    timers.release()
    await scene.run(undo)
    expect(slow.gate.calls.filter(named('network.delete'))).toEqual([])
    expect(await networkEntry()).toMatchObject({ claim: { open: false } })
  })

  it('a create that times out and lands later: its closed claim keeps the horizon open', async () => {
    const slow = scene.process()
    const create = slow.gate.hold('before', insert)
    const first = runAttempt(slow.world, attempt(1))
    await scene.clock.advance(CALL_DEADLINE)
    await scene.run(first)
    const recordedAt = scene.clock.now()
    const horizon = recordedAt + EFFECT_WINDOW
    expect(await networkEntry()).toMatchObject({
      claim: { open: false },
      thing: { have: 'unknown' },
      zombieUntil: horizon,
    })
    await scene.end(WORKSPACE)
    await scene.run(runAttempt(scene.main.world, attempt(2, 2)))
    expect(await networkEntry()).toMatchObject({ thing: { have: 'unknown' }, lookAt: horizon })
    create.release()
    await expectEmptyInTheEnd()
  })

  it('"absent" comes from a look, never from the answer to a delete', async () => {
    await scene.run(runAttempt(scene.main.world, attempt(1)))
    await scene.clock.advance(minutes(1))
    await scene.end(WORKSPACE)
    // The delete is accepted, and nothing goes.
    scene.main.gate.answer(named('network.delete'), async () => ({
      name: 'operation-1',
      status: 'DONE',
      operationType: 'delete',
      targetLink: '',
    }))
    await scene.run(runAttempt(scene.main.world, attempt(2, 2)))
    expect(await networkEntry()).toMatchObject({ thing: { have: 'leaving' } })
  })

  it('one of many calls at once is refused: no record while the others can still land', async () => {
    scene.deaf.clear()
    await scene.reach(WORKSPACE, 'RUNNING')
    scene.deaf.add('step-due')
    const cluster = await scene.accept('cluster-requested')
    const process = scene.process()
    process.gate.answer(isCreateOf('ResourceQuota'), async () => {
      throw new CallError('denied', 'no')
    })
    const slow = process.gate.hold('before', isCreateOf('LimitRange'))
    const key = 'namespace-g1'
    const work = runAttempt(process.world, { entity: cluster, generation: 1, key, n: 1 })
    await scene.clock.advance(2000)
    expect(slow.stopped()).toBe(1)
    expect(await scene.entry(cluster, key)).toMatchObject({ claim: { open: true } })
    slow.release()
    await scene.run(work)
    expect(await scene.entry(cluster, key)).toMatchObject({ claim: { open: false }, failures: 1 })
  })
})
