// The pods of one custom resource, with counts kept as pods come, change and go, so that asking costs the same for one
// pod and for a thousand. Pods are grouped by the uid of their owner: those of an earlier life are never counted.
import type { PodLevel } from '../../../events/pod-snapshot.ts'
import type { PodFact } from './pod-fact.ts'

export interface PodGroup {
  /** The pod as it is now; replaces what was known of its uid. */
  put(fact: PodFact): void
  remove(uid: string): void
  get(uid: string): PodFact | undefined
  /** The driver of the newest life: that of an earlier start may still be on its way out. */
  driver(): PodLevel['driver']
  driverLife(): PodLevel['driverLife']
  /**
   * Those of the driver's life and later: a cluster grows after its start. `total`: pods that are there and may yet be
   * ready; `failed`: those that cannot start, and those that ended.
   */
  executors(): PodLevel['executors']
  /** Why pods fail, each reason once, in order. */
  reasons(): string[]
  facts(): Iterable<PodFact>
  isEmpty(): boolean
}

/** The best of its pods speaks for the driver: a new one may start while the old one still holds its name. */
const DRIVER_STATES = [
  ['ready', 'ready'],
  ['pending', 'pending'],
  ['failing', 'failed'],
  ['ended', 'failed'],
] as const

export function podGroup(): PodGroup {
  const facts = new Map<string, PodFact>()
  const states = new Map<string, number>()
  const lives = new Map<number, number>()
  const reasons = new Map<string, number>()

  function tally({ role, life, state, failure }: PodFact, by: 1 | -1): void {
    count(states, keyOf({ role, life, state }), by)
    count(lives, life, by)
    if (failure && state !== 'leaving') count(reasons, failure.reason, by)
  }

  function remove(uid: string): void {
    const known = facts.get(uid)
    if (!known) return
    tally(known, -1)
    facts.delete(uid)
  }

  const inState = (role: PodFact['role'], state: PodFact['state'], lives: Lives): number => {
    let sum = 0
    for (const life of lives) sum += states.get(keyOf({ role, life, state })) ?? 0
    return sum
  }

  /** Few, however many pods there are: a start is one, and each growth of a cluster. */
  const livesFrom = (oldest: number): Lives => [...lives.keys()].filter((life) => life >= oldest)

  /** Of the newest driver that is there, dead or alive. */
  function driverLife(): number {
    const there = livesFrom(0).filter((life) =>
      DRIVER_STATES.some(([state]) => inState('driver', state, [life]) > 0),
    )
    return Math.max(0, ...there)
  }

  return {
    get: (uid) => facts.get(uid),
    put(fact) {
      remove(fact.uid)
      facts.set(fact.uid, fact)
      tally(fact, 1)
    },
    remove,
    driver() {
      const newest = [driverLife()]
      const best = DRIVER_STATES.find(([state]) => inState('driver', state, newest) > 0)
      return best ? best[1] : 'absent'
    },
    driverLife: () => driverLife() || undefined,
    executors() {
      const current = livesFrom(driverLife())
      const countOf = (state: PodFact['state']): number => inState('executor', state, current)
      const [ready, failing] = [countOf('ready'), countOf('failing')]
      return {
        total: ready + failing + countOf('pending'),
        ready,
        failed: failing + countOf('ended'),
      }
    },
    reasons: () => [...reasons.keys()].sort(),
    facts: () => facts.values(),
    isEmpty: () => facts.size === 0,
  }
}

type Lives = readonly number[]

function keyOf({ role, life, state }: Pick<PodFact, 'role' | 'life' | 'state'>): string {
  return `${role} ${life} ${state}`
}

function count<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const next = (counts.get(key) ?? 0) + by
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}
