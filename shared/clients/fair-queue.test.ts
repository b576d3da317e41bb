import { expect, test } from 'vitest'
import { fairQueue } from './fair-queue.ts'

const none = () => 0
const threeOrTwo = (flow: string): number => (flow === 'large' ? 3 : 2)
const isBefore3 = (since: number): boolean => since < 3

/** What is taken, one after the other, when nothing is under way. */
function drained(...added: readonly (readonly [flow: string, item: string])[]): string[] {
  const queue = fairQueue<string>()
  for (const [flow, item] of added) queue.add(flow, item)
  const taken: string[] = []
  while (queue.size > 0) taken.push(queue.take(none) ?? 'nothing')
  return taken
}

test('those of one flow go in the order in which they came', () => {
  expect(drained(['a', 'a1'], ['a', 'a2'], ['a', 'a3'])).toEqual(['a1', 'a2', 'a3'])
})

test('flows take turns, however many wait in one of them', () => {
  const many = Array.from({ length: 5 }, (_, at) => ['large', `l${at}`] as const)
  expect(drained(...many, ['small', 's0'], ['small', 's1']).slice(0, 4)).toEqual([
    'l0',
    's0',
    'l1',
    's1',
  ])
})

test('the flow with the fewest under way goes first', () => {
  const queue = fairQueue<string>()
  queue.add('large', 'l')
  queue.add('small', 's')
  expect([queue.take(threeOrTwo), queue.take(threeOrTwo), queue.take(threeOrTwo)]).toEqual([
    's',
    'l',
    undefined,
  ])
})

test('one that has waited too long is found in whichever flow it stands', () => {
  const queue = fairQueue<number>()
  queue.add('a', 5)
  queue.add('b', 1)
  expect([queue.takeOldest(isBefore3), queue.takeOldest(isBefore3), queue.size]).toEqual([
    1,
    undefined,
    1,
  ])
})
