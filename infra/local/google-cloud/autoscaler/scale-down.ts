// Which nodes have been empty for long enough. A node goes in two scans: tainted, so that nothing new comes, then deleted
// if still empty. A node with any pod of its own (bare or not) is never taken: nothing is evicted here.
import type { Instant } from '../../../../shared/domain/time.ts'

export interface IdleNode {
  readonly name: string
  readonly pool: string
  /** Live pods that no DaemonSet owns. */
  readonly pods: number
  readonly isReady: boolean
}

export interface ScaleDownRules {
  delayOf(pool: string): number
  /** How many nodes of the pool may go without falling below its minimum. */
  spare(pool: string): number
}

export interface ScaleDownPlan {
  readonly taint: readonly string[]
  readonly untaint: readonly string[]
  readonly remove: readonly string[]
  /** When the next node becomes due. */
  readonly wakeAt: Instant | undefined
}

/** GCP facts 1.9: empty nodes deleted in one pass. */
const REMOVED_PER_SCAN = 10

/** Keeps since when each node is empty, and which are tainted. */
export function scaleDown(): (
  nodes: readonly IdleNode[],
  rules: ScaleDownRules,
  now: Instant,
) => ScaleDownPlan {
  const emptySince = new Map<string, Instant>()
  const tainted = new Set<string>()

  return (nodes, rules, now) => {
    const names = new Set(nodes.map(({ name }) => name))
    for (const name of emptySince.keys()) if (!names.has(name)) emptySince.delete(name)
    for (const name of tainted) if (!names.has(name)) tainted.delete(name)
    const plan = { taint: [] as string[], untaint: [] as string[], remove: [] as string[] }
    const spare = new Map<string, number>()
    let wakeAt: Instant | undefined

    for (const { name, pool, pods, isReady } of nodes) {
      if (pods > 0 || !isReady) {
        emptySince.delete(name)
        if (tainted.delete(name)) plan.untaint.push(name)
        continue
      }
      const since = emptySince.get(name) ?? now
      emptySince.set(name, since)
      const due = since + rules.delayOf(pool)
      const left = spare.get(pool) ?? rules.spare(pool)
      if (due > now) wakeAt = Math.min(wakeAt ?? Infinity, due)
      else if (left > 0) {
        spare.set(pool, left - 1)
        wakeAt = now
        const next = tainted.has(name) ? plan.remove : plan.taint
        if (next.length >= REMOVED_PER_SCAN) continue
        next.push(name)
        tainted.add(name)
      }
    }
    return { ...plan, wakeAt }
  }
}
