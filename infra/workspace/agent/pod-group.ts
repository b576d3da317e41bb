// The pods of one custom resource, with counts kept as pods come, change and go, so that asking costs the same for one
// pod and for a thousand. Pods are grouped by the uid of their owner: those of an earlier life are never counted.
import type { PodLevel } from '../../../events/pod-snapshot.ts'
import type { PodFact } from './pod-fact.ts'

export interface PodGroup {
  /** The pod as it is now; replaces what was known of its uid. */
  put(fact: PodFact): void
  remove(uid: string): void
  get(uid: string): PodFact | undefined
  driver(): PodLevel['driver']
  /** `total`: pods that are there and may yet be ready; `failed`: those that cannot start, and those that ended. */
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
  const reasons = new Map<string, number>()

  function tally({ role, state, failure }: PodFact, by: 1 | -1): void {
    count(states, `${role} ${state}`, by)
    if (failure && state !== 'leaving') count(reasons, failure.reason, by)
  }

  function remove(uid: string): void {
    const known = facts.get(uid)
    if (!known) return
    tally(known, -1)
    facts.delete(uid)
  }

  const inState = (role: PodFact['role'], state: PodFact['state']): number =>
    states.get(`${role} ${state}`) ?? 0

  return {
    get: (uid) => facts.get(uid),
    put(fact) {
      remove(fact.uid)
      facts.set(fact.uid, fact)
      tally(fact, 1)
    },
    remove,
    driver() {
      const best = DRIVER_STATES.find(([state]) => inState('driver', state) > 0)
      return best ? best[1] : 'absent'
    },
    executors() {
      const ready = inState('executor', 'ready')
      const failing = inState('executor', 'failing')
      return {
        total: ready + failing + inState('executor', 'pending'),
        ready,
        failed: failing + inState('executor', 'ended'),
      }
    },
    reasons: () => [...reasons.keys()].sort(),
    facts: () => facts.values(),
    isEmpty: () => facts.size === 0,
  }
}

function count(counts: Map<string, number>, key: string, by: number): void {
  const next = (counts.get(key) ?? 0) + by
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}
