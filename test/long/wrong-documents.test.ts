// Every field of every stored type wrong in one way or more (a third of all ways; KINDLING_TEST_EVERY=1 for all), one after
// another under one live system. Prints how many.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storedTypeOf } from '../../shared/domain/stored-types.ts'
import { mutationsOf } from '../documents/mutations.ts'
import { goWrong } from '../documents/one-wrong.ts'
import { documentsOf, startScene } from '../documents/scene.ts'
import type { Loop } from '../loop/fixture.ts'

/** A field has five ways to be wrong and more, one after the other: so each field has its turn. */
const EVERY = Number(process.env['KINDLING_TEST_EVERY']) || 3
const HOUR = 3_600_000

let loop: Loop
beforeAll(async () => {
  loop = await startScene()
}, HOUR)
afterAll(() => loop.stop())

test(
  'each is parked with its reason, blocks nobody, and goes on when it is mended',
  async () => {
    let tried = 0
    for (const { path } of documentsOf(loop)) {
      const type = storedTypeOf(path)
      const first = documentsOf(loop).find((each) => each.path === path)
      if (!type || !first) throw new Error(`${path} is gone`)
      const count = mutationsOf(type.schema, first.data).length
      for (let at = 0; at < count; at += EVERY) {
        const document = documentsOf(loop).find((each) => each.path === path) ?? first
        const way = mutationsOf(type.schema, document.data)[at]
        if (!way) continue
        const what = `${path}: "${way.field}" ${way.how}`
        await goWrong(loop, document, way).catch((cause: unknown) => {
          throw new Error(`${what}: ${String(cause)}`, { cause })
        })
        tried++
      }
    }
    process.stdout.write(`wrong documents: ${tried}\n`)
    expect(tried).toBeGreaterThan(500)
  },
  HOUR,
)
