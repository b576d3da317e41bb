// Protocol rule 16. A fact is stored with the change that it tells of and published from there under a fixed id.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seconds } from '../../shared/domain/time.ts'
import { announce } from '../../shared/runtime/announce.ts'
import { sweep } from '../../shared/runtime/sweep.ts'
import { named } from './gate.ts'
import { type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene({ deaf: ['announce', 'sweep', 'step-due'] })
  await scene.accept('workspace-requested')
})
afterEach(() => scene.stop())

const facts = () => scene.store.dump().filter(({ path }) => path.includes('/facts/'))
const unpublished = () => facts().filter(({ data }) => data['publishedAt'] === null)
const settled = () => scene.clock.advance(seconds(1))

describe('rule 16: facts are documents', () => {
  it('its trigger was lost: the sweep publishes it, once, under the id that the trigger would have used', async () => {
    expect(unpublished().length).toBeGreaterThan(0)
    expect(scene.told).toEqual([])
    await scene.clock.advance(seconds(21))
    await scene.run(sweep(scene.main.world))
    await settled()
    expect(unpublished()).toEqual([])
    const ids = scene.told.map(({ id }) => id)
    expect(ids).toHaveLength(facts().length)
    await scene.run(sweep(scene.main.world))
    for (const { path } of facts()) await scene.run(announce(scene.main.world, path))
    await settled()
    expect(scene.told.map(({ id }) => id)).toEqual(ids)
  })

  it('published, and the process dies before it says so: published again under the same id', async () => {
    const [fact] = facts()
    if (!fact) throw new Error('there is no fact')
    const dead = scene.process()
    const marking = dead.gate.hold('before', named('store.commit'))
    void announce(dead.world, fact.path)
    await settled()
    expect(marking.stopped()).toBe(1)
    expect(scene.told).toHaveLength(1)
    await scene.run(announce(scene.main.world, fact.path))
    await settled()
    expect(scene.told).toHaveLength(2)
    expect(scene.told[0]).toEqual(scene.told[1])
    marking.release()
    await settled()
    expect(unpublished().map(({ path }) => path)).not.toContain(fact.path)
  })

  it('every change of state has its fact in the same commit', async () => {
    const without: unknown[] = []
    let before: string = (await scene.entity(WORKSPACE)).state
    scene.store.onWritten(({ path, data }) => {
      if (path !== WORKSPACE || !data || data['state'] === before) return
      before = String(data['state'])
      // Heard before anybody can have written anything else.
      const fact = `/facts/1-${before.toLowerCase()}-`
      if (!facts().some((each) => each.path.includes(fact))) without.push(data)
    })
    scene.deaf.clear()
    await scene.reach(WORKSPACE, 'RUNNING')
    await settled()
    const states = scene.told.filter(({ data }) => data['about'] === 'workspace')
    expect(states.map(({ data }) => data['state'])).toEqual(['RUNNING'])
    expect(without).toEqual([])
  })

  it('one fact that cannot be read does not keep the others from being told', async () => {
    const path = `${WORKSPACE}/facts/0-broken`
    await scene.store.commit([{ op: 'create', path, data: { at: 0, publishedAt: null } }])
    const others = facts().length - 1
    await scene.clock.advance(seconds(21))
    await scene.run(sweep(scene.main.world))
    await settled()
    expect(scene.told).toHaveLength(others)
    expect(scene.logged.map(({ message }) => message)).toContain('document parked')
  })
})
