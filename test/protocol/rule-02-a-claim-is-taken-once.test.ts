// Protocol rule 2. A claim is taken once; who takes over, by time or by generation, leaves the earlier holder a horizon.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CLAIM_LEASE, EFFECT_WINDOW } from '../../shared/domain/protocol-times.ts'
import { advance } from '../../shared/runtime/advance.ts'
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
const attemptsOfNetwork = async () =>
  (await scene.store.list('accounts/acme/attempts')).filter(({ data }) => data['key'] === KEY)

describe('rule 2: a claim is taken once', () => {
  it('one attempt, delivered three times at once: one of them acts', async () => {
    const processes = [scene.process(), scene.process(), scene.process()]
    await scene.run(Promise.all(processes.map(({ world }) => runAttempt(world, attempt(1)))))
    const inserts = processes.flatMap(({ gate }) => gate.calls.filter(named('network.insert')))
    expect(inserts).toHaveLength(1)
    expect(await networkEntry()).toMatchObject({ n: 1, claim: { open: false }, zombieUntil: 0 })
  })

  it('an attempt that comes after its successor acts no more', async () => {
    await scene.run(runAttempt(scene.main.world, attempt(1)))
    await scene.run(runAttempt(scene.main.world, attempt(2)))
    const late = scene.process()
    await scene.run(runAttempt(late.world, attempt(1)))
    expect(late.gate.calls.filter(({ port }) => port === 'network')).toEqual([])
    expect(await networkEntry()).toMatchObject({ n: 2 })
  })

  it('overtaken by time: not before the lease is over, then n + 1; the old holder may act until its horizon, and its record is refused', async () => {
    const frozen = scene.process()
    const everything = frozen.gate.hold('before', ({ port }) => port !== 'store')
    const claimedAt = scene.clock.now()
    const first = runAttempt(frozen.world, attempt(1))
    await scene.clock.advance(CLAIM_LEASE - 1)
    await scene.run(advance(scene.main.world, WORKSPACE))
    await scene.run(runAttempt(scene.main.world, attempt(1)))
    expect(await networkEntry()).toMatchObject({ n: 1, claim: { open: true } })
    expect(await attemptsOfNetwork()).toHaveLength(1)

    await scene.clock.advance(1)
    await scene.run(advance(scene.main.world, WORKSPACE))
    expect(await attemptsOfNetwork()).toHaveLength(2)
    await scene.run(runAttempt(scene.main.world, attempt(2)))
    const overtaken = await networkEntry()
    expect(overtaken).toMatchObject({ n: 2, zombieUntil: claimedAt + EFFECT_WINDOW })

    everything.release()
    await scene.run(first)
    expect(await networkEntry()).toEqual(overtaken)
  })

  it('overtaken by a newer generation: at once, the lease notwithstanding, with the same horizon', async () => {
    const frozen = scene.process()
    const everything = frozen.gate.hold('before', ({ port }) => port !== 'store')
    const claimedAt = scene.clock.now()
    const first = runAttempt(frozen.world, attempt(1))
    await scene.clock.advance(5000)
    await scene.end(WORKSPACE)
    await scene.run(runAttempt(scene.main.world, attempt(2, 2)))
    const overtaken = await networkEntry()
    expect(overtaken).toMatchObject({ n: 2, g: 2, zombieUntil: claimedAt + EFFECT_WINDOW })

    everything.release()
    await scene.run(first)
    expect(await networkEntry()).toEqual(overtaken)
  })

  it('an attempt of a superseded generation claims nothing, whatever its number', async () => {
    await scene.wantDown(WORKSPACE)
    const late = scene.process()
    await scene.run(runAttempt(late.world, attempt(9)))
    expect(late.gate.calls.filter(({ port }) => port === 'network')).toEqual([])
    expect(await networkEntry()).toBeUndefined()
  })
})
