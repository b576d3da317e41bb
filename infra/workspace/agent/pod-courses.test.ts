import { expect, it } from 'vitest'
import { COURSES_MAX } from '../../../events/pod-snapshot.ts'
import { coursesOf } from './pod-courses.ts'
import type { PodFact } from './pod-fact.ts'

function fact(name: string, more: Partial<PodFact> = {}): PodFact {
  const times = { createdAt: 1000, scheduledAt: 2500, startedAt: 3000, readyAt: 4000 }
  const node = `node-${name}`
  const known = { uid: name, name, owner: 'o', life: 1, node, ...times }
  return { ...known, role: 'executor', state: 'ready', ...more }
}
const noNode = (): undefined => undefined

it('a pod tells of its node, its image and itself', () => {
  expect(coursesOf([fact('a')], (node) => (node === 'node-a' ? 2000 : undefined))).toEqual([
    {
      pod: 'a',
      createdAt: 1000,
      nodeReadyAt: 2000,
      scheduledAt: 2500,
      imagePulledAt: 3000,
      readyAt: 4000,
    },
  ])
})

it('of a thousand executors some tell for all: the driver, the first, the last, and evenly between', () => {
  const executors = Array.from({ length: 1000 }, (_, at) => fact(`e${at}`, { readyAt: 9000 - at }))
  const courses = coursesOf([...executors, fact('d', { role: 'driver' })], noNode)
  expect(courses).toHaveLength(COURSES_MAX)
  expect(courses.map(({ pod }) => pod)).toEqual(expect.arrayContaining(['d', 'e999', 'e0', 'e499']))
  expect(courses[0]?.pod).toBe('d')
  const times = courses.slice(1).map(({ readyAt = 0 }) => readyAt)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1)
})

it('pods that are not ready have no course, and of two drivers the newer has', () => {
  const facts = [
    fact('d1', { role: 'driver', readyAt: 4000 }),
    fact('d2', { role: 'driver', readyAt: 5000 }),
    fact('waiting', { state: 'pending' }),
    fact('leaving', { state: 'leaving' }),
  ]
  expect(coursesOf(facts, noNode).map(({ pod }) => pod)).toEqual(['d2'])
})
