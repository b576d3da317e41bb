// Decision 0008: an invocation goes on with two of the attempts that its own made startable, and hands out the others. What
// it does not come to begin is found by the sweep.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { Call } from '../../shared/around.ts'
import { advance, runAndAdvance } from '../../shared/runtime/advance.ts'
import { changeCluster } from './changes.ts'
import { type Held, named } from './gate.ts'
import { CLUSTER, type Process, type Scene, startScene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
  scene.deaf.add('step-due').add('sweep')
  const executors = { count: 150, machineType: 'n2-standard-8' }
  await scene.accept('cluster-requested', 'c-1', { executors })
})
afterEach(() => scene.stop())

const namespace = { entity: CLUSTER, generation: 1, key: 'namespace-g1', n: 1 }
const handedOut = async (): Promise<unknown[]> =>
  (await scene.store.list('accounts/acme/attempts'))
    .filter(({ data }) => data['entity'] === CLUSTER && data['key'] !== namespace.key)
    .map(({ data }) => data['key'])
const has = async (key: string) => (await scene.entry(CLUSTER, key))?.thing.have
const isCreateOfPod = (call: Call): boolean =>
  named('kubernetes.create')(call) && JSON.stringify(call.args).includes('"kind":"Pod"')
const MADE_HERE = ['driver-g1', 'executors-001-g1']
const HANDED_OUT = ['executors-002-g1', 'executors-003-g1']

/** Stops a process as it is about to claim what it goes on with. */
function stopBeforeGoingOn({ gate }: Process): Held {
  let isRecorded = false
  scene.store.onWritten(({ type, path }) => {
    if (type === 'updated' && path === `${CLUSTER}/ledger/${namespace.key}`) isRecorded = true
  })
  return gate.hold('before', (call) => isRecorded && named('store.transaction')(call))
}

describe('going on', () => {
  it('runs two attempts in this invocation, after the others have been handed out', async () => {
    const created: string[] = []
    scene.store.onWritten(({ type, path }) => {
      if (type === 'created') created.push(path)
    })
    await scene.run(runAndAdvance(scene.main.world, namespace))
    expect(await handedOut()).toEqual(HANDED_OUT)
    for (const key of MADE_HERE) expect([key, await has(key)]).toEqual([key, 'present'])
    for (const key of HANDED_OUT) expect([key, await has(key)]).toEqual([key, undefined])
    const claimed = created.findIndex((path) => path.includes('/ledger/driver'))
    const lastHandedOut = created.findLastIndex((path) => path.includes('/attempts/'))
    expect(lastHandedOut).toBeLessThan(claimed)
  })

  it('hands out everything when it is no longer young', async () => {
    await scene.run(runAndAdvance(scene.main.world, namespace, scene.clock.now() - 1))
    expect(await handedOut()).toEqual([...MADE_HERE, ...HANDED_OUT])
  })

  it('races an advance that hands out the same: each is claimed once', async () => {
    scene.deaf.delete('step-due')
    const slow = scene.process()
    const claims = stopBeforeGoingOn(slow)
    const work = runAndAdvance(slow.world, namespace)
    await scene.until('it goes on', () => claims.stopped() > 0)
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(await handedOut()).toEqual([...MADE_HERE, ...HANDED_OUT])
    const isMade = async () =>
      (await Promise.all(MADE_HERE.map(has))).every((have) => have === 'present')
    await scene.until('made', isMade)
    claims.release()
    await scene.run(work)
    for (const key of [...MADE_HERE, ...HANDED_OUT]) {
      expect(await scene.entry(CLUSTER, key)).toMatchObject({ n: 1, thing: { have: 'present' } })
    }
    expect(slow.gate.calls.filter(isCreateOfPod)).toHaveLength(0)
  })

  it('is not raced by an advance that comes by just then, and is by one that comes when it should have begun', async () => {
    await scene.clock.advance(10)
    const slow = scene.process()
    const claims = stopBeforeGoingOn(slow)
    const work = runAndAdvance(slow.world, namespace)
    await scene.until('it goes on', () => claims.stopped() > 0)
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(await handedOut()).toEqual(HANDED_OUT)
    await scene.clock.advance(seconds(5))
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(await handedOut()).toEqual([...MADE_HERE, ...HANDED_OUT])
    claims.release()
    await scene.run(work)
  })

  it('dies before it goes on: the sweep hands out what it left', async () => {
    const dying = scene.process()
    const claims = stopBeforeGoingOn(dying)
    void runAndAdvance(dying.world, namespace)
    await scene.until('it goes on', () => claims.stopped() > 0)
    expect(await has('driver-g1')).toBeUndefined()
    scene.deaf.clear()
    await scene.reach(CLUSTER, 'RUNNING', minutes(6))
  })
})

describe('an end', () => {
  it('is told by nobody before who recorded the last thing that went', async () => {
    scene.deaf.clear()
    await scene.reach(CLUSTER, 'RUNNING', minutes(6))
    scene.deaf.add('pod-ready').add('sweep')
    let isGone = false
    scene.store.onWritten(({ type, path, data }) => {
      if (type !== 'updated' || path !== `${CLUSTER}/ledger/${namespace.key}`) return
      isGone = JSON.stringify(data?.['thing']) === '{"have":"absent"}'
    })
    const isLook = named('store.snapshot')
    const looks = scene.main.gate.hold('before', (call) => isGone && isLook(call))
    const path = await changeCluster(scene.main, 'end', { action: 'terminate' })
    void advance(scene.main.world, path ?? '')
    // In steps that are short beside the time in which it is left to its recorder.
    while (looks.stopped() === 0) await scene.clock.advance(10)
    await scene.clock.advance(10)
    await scene.run(advance(scene.process().world, CLUSTER))
    expect(await scene.store.get(CLUSTER)).toMatchObject({ data: { state: 'TERMINATING' } })
    looks.release()
    await scene.reach(CLUSTER, 'TERMINATED', minutes(1))
  })
})
