import { expect, test } from 'vitest'
import { sharedLists } from './shared-lists.ts'

/** Lists that are answered when it is said, by their number; and how many were begun. */
function server() {
  const waiting: PromiseWithResolvers<number>[] = []
  const lists = sharedLists()
  return {
    begun: () => waiting.length,
    ask: (key = 'pods of etl') =>
      lists.ask(key, () => {
        const answer = Promise.withResolvers<number>()
        waiting.push(answer)
        return answer.promise
      }),
    answer: (at: number) => waiting[at]?.resolve(at),
    fail: (at: number) => waiting[at]?.reject(new Error('cut off')),
  }
}

test('who asks while a list is under way waits for the next, which is one for all of them', async () => {
  const { ask, answer, begun } = server()
  const first = ask()
  const later = [ask(), ask(), ask()]
  expect(begun()).toBe(1)
  answer(0)
  expect(await first).toBe(0)
  expect(begun()).toBe(2)
  answer(1)
  expect(await Promise.all(later)).toEqual([1, 1, 1])
  expect(begun()).toBe(2)
})

test('who asks during the next one waits for the one after that, and then there is none', async () => {
  const { ask, answer, begun } = server()
  const first = ask()
  const second = ask()
  answer(0)
  await first
  const third = ask()
  answer(1)
  expect(await second).toBe(1)
  answer(2)
  expect(await third).toBe(2)
  const fresh = ask()
  expect(begun()).toBe(4)
  answer(3)
  expect(await fresh).toBe(3)
})

test('a list that fails takes nobody with it who asked after it began', async () => {
  const { ask, answer, fail } = server()
  const first = ask()
  const second = ask()
  fail(0)
  await expect(first).rejects.toThrow('cut off')
  answer(1)
  expect(await second).toBe(1)
})

test('other things are other lists', () => {
  const { ask, begun } = server()
  void ask()
  void ask('pods of web')
  expect(begun()).toBe(2)
})
