// By when an entity has come to its goal, or has failed and says why, once nothing disturbs it any more: the times that its
// steps are given, along the longest way through them. What is published, and what the simulation holds every entity to.
import type { Subject } from '../domain/plan.ts'
import { LAUNCH_LIMIT } from '../domain/protocol-times.ts'
import { registry } from './registry.ts'

type Kind = Subject['kind']

export interface Deadline {
  /** Milliseconds from a wish to have it until it runs, or begins to go because it could not be made. */
  readonly up: number
  /** From then on, or from a wish to be rid of it, until it is gone. */
  readonly down: number
}

const gone = { pool: longestWay('pool'), cluster: longestWay('cluster') }

export const deadlines: Readonly<Record<Kind, Deadline>> = {
  // Its clusters end before anything of it goes.
  workspace: { up: longestWay('workspace'), down: gone.cluster + longestWay('workspace') },
  pool: { up: longestWay('pool'), down: gone.pool },
  // From when its workspace is there.
  cluster: { up: LAUNCH_LIMIT, down: gone.cluster },
}

function longestWay(kind: Kind): number {
  /** By name: from the first step until this one is there. */
  const ways = new Map<string, number>()
  // What stands in the store waits for others, and takes no time of its own.
  for (const { name, after, timeoutMs } of registry.filter(
    (step) => step.kind === kind && step.lane !== 'store',
  )) {
    const before = Object.values(after).map((each) => ways.get(each.name) ?? 0)
    ways.set(name, Math.max(0, ...before) + timeoutMs)
  }
  return Math.max(...ways.values())
}
