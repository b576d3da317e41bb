// A pool's life as a system to explore: it was asked for, and may be ended and wanted again while all that is still under way.
import { reasonOf } from '../../shared/domain/reasons/reason.ts'
import { Run } from '../../shared/domain/run.ts'
import { nodePoolName } from '../../shared/domain/names.ts'
import type { Plan } from '../../shared/domain/plan.ts'
import type { Query, World } from '../../shared/ports.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { auditWorkspace } from '../../shared/runtime/audit.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { wantPool } from '../../shared/runtime/want-pool.ts'
import { NOW, POOL, poolSubject, WORKSPACE, workspaceSubject } from '../situations.ts'
import { dataAt, documentsOf, type Documents } from './explorer/documents.ts'
import type { Call, Handler } from './explorer/process.ts'
import { spawn, startingAt } from './explorer/machine.ts'
import type { State, System } from './explorer/system.ts'
import { type Asks, eventsOf, type Happenings, happenings, later, onward } from './happenings.ts'
import { operationsEnd, replyOfGke, type WithPools } from './node-pools.ts'
import { askedPool } from './pool-documents.ts'
import { isOff } from './switched.ts'

export interface PoolLife extends Happenings, WithPools {}

const reason = reasonOf('POOL_UNUSED', { unused_since: 'long ago' })

/** As whoever retires it does. */
export const end: Handler = {
  name: 'end',
  async run(world) {
    if (await takeDown(world, POOL, { generation: 1, reason, by: 'unused' }))
      await advance(world, POOL)
  },
}

/** As a launch does, before it counts on the pool. */
export const want: Handler = {
  name: 'want',
  async run(world) {
    const { identity, zones, gkeCluster, spec } = poolSubject
    await wantPool(world, { identity, zones, gkeCluster }, spec)
    await advance(world, POOL)
  },
}

const workspacePlan: Plan = { subject: workspaceSubject, items: [] }
const audit: Handler = {
  name: 'audit',
  run: (world: World) => auditWorkspace(world, WORKSPACE, workspacePlan),
}

const isAttempt = (path: string): boolean => path.includes('/attempts/')

/** The pool as it runs, and nothing is under way. */
export function runningPool(
  left: Happenings['left'],
  asks: Asks,
  gke: Pick<WithPools, 'isAtOnce'> = {},
): Promise<System<PoolLife>> {
  return startingAt(poolLife({ running: 1 }, [], gke), poolLife(left, asks))
}

/** Ends in the last of these. */
export function poolLife(
  left: Happenings['left'],
  asks: Asks,
  gke: Pick<WithPools, 'isAtOnce'> = {},
): System<PoolLife> {
  const content = askedPool()
  const events = Object.keys(content).filter(isAttempt)
  const outside = { ...gke, pools: {}, events, left, asks: asks.map(({ name }) => name) }
  const isAudited = left.isFrozenForEver === true
  const goal = asks.at(-1) === end ? isGone : isThere(1 + asks.length)
  return {
    start: { documents: documentsOf(content), now: NOW, outside },
    reply: replyOfGke,
    preemptions: left.preemption,
    isAlone,
    forgets: (path) => path.includes('/facts/'),
    created: eventsOf,
    moves: (state) => [...happenings(state, asks), ...operationsEnd(state)],
    onward(state) {
      const next = onward(state, operationsEnd(state), asks)
      const isAtRest = next.label.includes('sweep')
      const isItsTurn = ((state.now - NOW) / 60_000) % 3 === 1
      if (!isAudited || !isAtRest || !isItsTurn || isOff('the audit')) return next
      return { label: 'time passes, and the audit begins', next: () => spawn(later(state), audit) }
    },
    invariants: {
      'runs on something': (state) =>
        dataAt(state.documents, POOL)?.['state'] === 'RUNNING' && !isInCloud(state)
          ? 'RUNNING without its node pool'
          : undefined,
      ...(isAudited
        ? {}
        : {
            'gone is gone': (state: State<PoolLife>) =>
              isSettledDown(state) && Object.keys(state.outside.pools).length > 0
                ? 'settled as gone, and the cloud has it'
                : undefined,
          }),
    },
    isGoal: goal,
  }
}

function runIn(documents: Documents): Run {
  const generation = Number(dataAt(documents, POOL)?.['generation'])
  return Run.parse(dataAt(documents, `${POOL}/runs/${generation}`))
}

function isInCloud({ documents, outside }: State<PoolLife>): boolean {
  const run = runIn(documents)
  const [item] = 'plan' in run ? (run.plan?.items ?? []) : []
  if (!item) return false
  const name = nodePoolName({ ...poolSubject.identity, pool: poolSubject.pool }, item.life)
  return outside.pools[name]?.status === 'RUNNING'
}

function isSettledDown({ documents }: State<PoolLife>): boolean {
  const run = runIn(documents)
  return run.is === 'settled' && run.direction === 'down'
}

const isGone = (state: State<PoolLife>): boolean =>
  isSettledDown(state) && Object.keys(state.outside.pools).length === 0

const isThere =
  (generation: number) =>
  (state: State<PoolLife>): boolean => {
    const run = runIn(state.documents)
    const isUp = run.is === 'settled' && run.direction === 'up' && run.generation === generation
    return isUp && isInCloud(state) && Object.keys(state.outside.pools).length === 1
  }

/** Questions that only things could answer which the model does not have. */
function isAlone({ port, method, args: [first] }: Call): boolean {
  if (port === 'network' || port === 'bus' || port === 'kubernetes') return true
  if (method === 'listClusters') return true
  if (port === 'store' && method === 'get') return isAttempt(String(first))
  if (method !== 'find') return false
  // What a sweep of other shards, or of facts, would find.
  const query = first as Query
  const run = askedPool()[`${POOL}/runs/1`] ?? {}
  return query.find !== 'runs-due' || query.shard !== Reflect.get(run, 'shard')
}
