// Which failures a level has room for, and what it says of restarts.
import { expect, test } from 'vitest'
import type { PodFact } from './pod-fact.ts'
import { levelOf } from './level.ts'
import { podGroup } from './pod-group.ts'

const NOW = 1_000_000

function fact(name: string, role: PodFact['role'], at: number, restarts?: number): PodFact {
  const failure = { reason: 'CrashLoopBackOff', message: 'why', at }
  return {
    uid: `uid-${name}`,
    name,
    owner: 'o',
    role,
    life: 1,
    state: 'failing',
    failure: restarts === undefined ? failure : { ...failure, restarts },
  }
}

function failuresOf(...facts: readonly PodFact[]) {
  const pods = podGroup()
  for (const each of facts) pods.put(each)
  const sight = { pods, wanted: 1, stuck: false, activity: undefined, drainSeen: undefined }
  return levelOf(sight, NOW, () => undefined).failures
}

test("the driver's is told, however many executors failed since", () => {
  const executors = Array.from({ length: 9 }, (_, index) => fact(`e${index}`, 'executor', index))
  const names = failuresOf(fact('driver-1', 'driver', 0), ...executors).map(({ pod }) => pod)
  expect(names).toEqual(['e8', 'e7', 'e6', 'e5', 'driver-1'])
})

test('the driver stands where its time puts it', () => {
  const names = failuresOf(fact('driver-1', 'driver', 5), fact('e1', 'executor', 9)).map(
    ({ pod }) => pod,
  )
  expect(names).toEqual(['e1', 'driver-1'])
})

test('restarts are told where the kubelet counts them', () => {
  expect(failuresOf(fact('driver-1', 'driver', 2, 3), fact('e1', 'executor', 1))).toMatchObject([
    { pod: 'driver-1', restarts: 3 },
    { pod: 'e1' },
  ])
  expect(failuresOf(fact('e1', 'executor', 1))[0]).not.toHaveProperty('restarts')
})
