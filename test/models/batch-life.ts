// A batch of one executor as a system to explore: its cluster is launching, the namespace is there, and something is asked
// for while hands of before may still make pods.
import { PODS_PER_BATCH } from '../../shared/domain/batches.ts'
import type { Plan } from '../../shared/domain/plan.ts'
import type { Run } from '../../shared/domain/run.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { activeRun } from '../../shared/runtime/generation.ts'
import {
  clusterSubject,
  entityOf,
  entryOf,
  itemOf,
  NOW,
  observationOf,
  UID,
  WORKSPACE,
} from '../situations.ts'
import { documentsOf } from './explorer/documents.ts'
import type { Handler } from './explorer/process.ts'
import type { Move } from './explorer/explore.ts'
import type { State, System } from './explorer/system.ts'
import {
  type Asks,
  eventsOf,
  type Happenings,
  happenings,
  isForOthers,
  onward,
} from './happenings.ts'
import { podsEnd, replyOfPods, type WithPods } from './kubernetes-pods.ts'
import { clusterPath } from './places.ts'

export interface BatchLife extends Happenings, WithPods {
  /** When the agent last said what it sees. */
  readonly reportedAt?: number
}

export const CLUSTER = clusterPath('etl')
/** The second batch has one pod. */
const EXECUTORS = PODS_PER_BATCH + 1

export const namespace = itemOf('namespace', 1)
const batch = (life: number) =>
  itemOf('executors', life, { key: `executors-002-g${life}`, index: 2, after: [namespace.key] })
const planOf = (start: number): Plan => ({
  subject: { ...clusterSubject(EXECUTORS), epoch: start },
  items: [namespace, batch(start)],
})

/** Every generation is a start of its own. */
export function runOf(generation: number, now: number): Run {
  const request = `request-${generation}`
  const run = { path: CLUSTER, generation, direction: 'up' as const, request, now }
  return activeRun(run, planOf(generation))
}

const look: Handler = { name: 'look', run: (world) => advance(world, CLUSTER) }

/** The agent sees so many executors. */
export const levelOf = (ready: number) => ({
  driver: 'ready' as const,
  executors: { total: ready, ready, failed: 0 },
  failures: [],
  phases: {},
})

/** Looked at by who is about the batch, and not there. */
const isElsewhere = (path: string): boolean =>
  path === WORKSPACE || path.startsWith(`${WORKSPACE}/pools/`) || path.includes('/attempts/')

interface Told extends Pick<System<BatchLife>, 'invariants' | 'isGoal'> {
  /** What the agent says when nothing else happens. */
  readonly reports?: (state: State<BatchLife>) => readonly Move<State<BatchLife>>[]
}

/** `ask`: what is asked for after the launch has begun. */
export function batchLife(
  left: Happenings['left'],
  ask: Handler,
  { reports, invariants, isGoal }: Told,
): System<BatchLife> {
  const content = {
    [CLUSTER]: entityOf(planOf(1).subject),
    [`${CLUSTER}/runs/1`]: runOf(1, NOW),
    [`${CLUSTER}/ledger/${namespace.key}`]: entryOf(namespace, 'present'),
    [`${CLUSTER}/observations/pods`]: observationOf(levelOf(EXECUTORS)),
  }
  const isOthers = isForOthers(CLUSTER, content)
  const asks: Asks = [look, ask]
  return {
    start: {
      documents: documentsOf(content),
      now: NOW,
      outside: { events: [], left, asks: asks.map(({ name }) => name), pods: {}, owner: UID },
    },
    preemptions: left.preemption,
    reply: replyOfPods,
    isAlone: (call) =>
      (call.method === 'get' &&
        (call.port === 'kubernetes' || isElsewhere(String(call.args[0])))) ||
      isOthers(call),
    forgets: (path) => path.includes('/facts/'),
    created: eventsOf,
    moves: (state) => [...happenings(state, asks), ...podsEnd(state)],
    onward: (state) => onward(state, [...podsEnd(state), ...(reports?.(state) ?? [])], asks),
    invariants,
    isGoal,
  }
}
