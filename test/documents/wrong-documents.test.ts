// Documents that are wrong, one after another under one live system: each is parked, nobody else notices, and after the mend it
// goes on. Here a few of each type; all of them in test/long.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storedTypeOf, storedTypes } from '../../shared/domain/stored-types.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { Loop } from '../loop/fixture.ts'
import { CLUSTER, WORKSPACE } from '../loop/fixture.ts'
import { mutationsOf } from './mutations.ts'
import { goWrong } from './one-wrong.ts'
import { documentsOf, parkedIn, startScene } from './scene.ts'

const LIMIT = 240_000

describe('a document that is wrong', () => {
  let loop: Loop
  beforeAll(async () => {
    loop = await startScene()
  }, LIMIT)
  afterAll(() => loop.stop())

  test('there is an example of every type', () => {
    const names = documentsOf(loop).map(({ path }) => storedTypeOf(path)?.name)
    expect(new Set(names)).toEqual(new Set(storedTypes.map(({ name }) => name)))
  })

  test(
    'is parked with its reason, blocks nobody, and goes on when it is mended',
    async () => {
      for (const [at, { path }] of documentsOf(loop).entries()) {
        const document = documentsOf(loop).find((each) => each.path === path)
        const type = storedTypeOf(path)
        if (!document || !type) throw new Error(`${path} is gone`)
        const ways = mutationsOf(type.schema, document.data)
        const way = ways[(at * 7) % ways.length]
        if (way) await goWrong(loop, document, way)
      }
      // The example of the scene itself has gone by then.
      await loop.clock.advance(minutes(2))
      expect(parkedIn(loop)).toEqual([])
    },
    LIMIT,
  )

  test.each([WORKSPACE, CLUSTER])(
    'that has lost the alarm of %s is found by its neighbours, by sweeps alone',
    async (entity) => {
      const { store } = loop.stack
      const path = `${entity}/runs/1`
      const run = await store.get(path)
      if (!run) throw new Error(`there is no ${path}`)
      const { wakeAt: _, ...silent } = run.data
      await store.commit([{ op: 'update', from: run, data: silent }])
      await loop.clock.advance(minutes(32))
      expect(parkedIn(loop)).toMatchObject([{ document: path, field: 'wakeAt', got: 'nothing' }])
      const parked = await store.get(path)
      if (!parked) throw new Error(`there is no ${path}`)
      await store.commit([{ op: 'update', from: parked, data: run.data }])
      await loop.clock.advance(minutes(1) + seconds(5))
      expect(parkedIn(loop)).toEqual([])
    },
    LIMIT,
  )
})
