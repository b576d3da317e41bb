// Model of the slots for operations of GKE: whoever finds none queues and tries again, and the last holder frees and then
// looks at the queue, so that nobody sleeps for ever, although no sweep comes.
import type * as RealLimits from '../../shared/catalog/limits.ts'
import type * as RealOperationQueue from '../../shared/domain/operation-queue.ts'
import { vi } from 'vitest'
import { itemOf, NOW, poolSubject, WORKSPACE } from '../situations.ts'
import type { Ticket } from '../../shared/domain/records.ts'
import type { World } from '../../shared/ports.ts'
import type { AttemptRef, Claimed } from '../../shared/runtime/claim.ts'
import { callNext, freeing, takeSlot } from '../../shared/runtime/slots.ts'
import { stepNamed } from '../../shared/steps/registry.ts'
import { documentsIn, documentsOf } from './explorer/documents.ts'
import type { Handler } from './explorer/process.ts'
import { spawn } from './explorer/machine.ts'
import type { State, System } from './explorer/system.ts'
import { isLarge } from './happenings.ts'
import { checkModel } from './model.ts'
import { isOff } from './switched.ts'

vi.mock('../../shared/catalog/limits.ts', async (original) => {
  const { limits } = await original<typeof RealLimits>()
  return { limits: { ...limits, gke: { ...limits.gke, operationsInFlight: 2 } } }
})
vi.mock('../../shared/domain/operation-queue.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealOperationQueue>()
  return {
    ...real,
    slotsFor: unless('deletes take half of the slots', real.slotsFor, () => [1, 2]),
    turnsAt: unless('deletes take half of the slots', real.turnsAt, ({ queued }) => queued),
  }
})

interface Outside {
  /** Who has not begun, and whose operation is over. */
  readonly waiting: readonly string[]
  readonly done: readonly string[]
}

const DOING: Readonly<Record<string, Ticket['doing']>> = isLarge
  ? { a: 'create', b: 'delete', c: 'delete', d: 'cluster' }
  : { a: 'create', b: 'delete', c: 'delete' }

const PREEMPTIONS = isLarge ? 3 : 2

const step = stepNamed('node-pool')
const clusterStep = stepNamed('gke-cluster')
const pathOf = (who: string): string => `${WORKSPACE}/pools/${who}`
const refOf = (who: string): AttemptRef => ({
  entity: pathOf(who),
  generation: 1,
  key: 'node-pool-g1',
  n: 1,
})

/** What an attempt does about slots (runtime/attempt.ts, record.ts, advance.ts `runNext`), and nothing else. */
async function attempt(world: World, who: string): Promise<void> {
  const doing = DOING[who]
  const claimed: Claimed = {
    ref: refOf(who),
    token: who,
    item: itemOf('node-pool', 1),
    subject: poolSubject,
    direction: doing === 'delete' ? 'down' : 'up',
    before: undefined,
    isClean: true,
    // Slots are not about what stands in the ledger.
    entry: {} as Claimed['entry'],
    at: NOW,
    outputs: {},
  }
  if (
    !(await takeSlot(queueing(world), WORKSPACE, doing === 'cluster' ? clusterStep : step, claimed))
  )
    return
  await world.bus.publish(who, { data: '', attributes: {} })
  const looksFirst = isOff('free, then look')
  const early = looksFirst ? await callNext(world, WORKSPACE) : []
  await world.store.commit(await freeing(world, WORKSPACE, refOf(who)))
  const called = looksFirst ? early : await callNext(world, WORKSPACE)
  for (const { entity } of called) await attempt(world, entity.split('/').at(-1) ?? '')
}

class Left extends Error {
  override readonly name = 'CallError'
}

/** Whoever has queued leaves at once, where the second try is switched off. */
function queueing(world: World): World {
  if (!isOff('queue, then try')) return world
  const commit: World['store']['commit'] = async (writes) => {
    const isStored = await world.store.commit(writes)
    if (writes.some((write) => write.op === 'create' && write.path.includes('/queue/')))
      throw new Left()
    return isStored
  }
  return { ...world, store: { ...world.store, commit } }
}

const handlerOf = (who: string): Handler => ({
  name: `attempt ${who}`,
  run: (world) => attempt(world, who),
})

function begins(state: State<Outside>, who: string) {
  const waiting = state.outside.waiting.filter((other) => other !== who)
  const begun = { ...state, outside: { ...state.outside, waiting } }
  return { label: `begins ${who}`, next: () => spawn(begun, handlerOf(who)) }
}

const held = ({ documents }: State<Outside>): Ticket[] =>
  documentsIn(documents, `${WORKSPACE}/slots`).map(({ data }) => data as Ticket)

function system(): System<Outside> {
  const waiting = Object.keys(DOING)
  return {
    start: { documents: documentsOf({}), now: NOW, outside: { waiting, done: [] } },
    preemptions: PREEMPTIONS,
    reply: ({ args: [who] }, outside) => {
      const done = [...new Set([...outside.done, String(who)])].toSorted()
      return { value: 'published', outside: { ...outside, done } }
    },
    // Nobody uses these pools.
    isAlone: ({ args: [path] }) => typeof path === 'string' && path.endsWith('/uses'),
    moves: (state) => state.outside.waiting.map((who) => begins(state, who)),
    onward: (state) => state.outside.waiting.map((who) => begins(state, who))[0],
    invariants: {
      'deletes take half of the slots': (state) =>
        held(state).filter(({ doing }) => doing === 'delete').length > 1
          ? 'two deletes'
          : undefined,
      'an operation on the cluster is alone': (state) => {
        const owners = new Set(held(state).map(({ entity }) => entity))
        const isMixed = owners.size > 1 && held(state).some(({ doing }) => doing === 'cluster')
        return isMixed ? [...owners].join(', ') : undefined
      },
    },
    isGoal: (state) =>
      state.outside.done.length === waiting.length &&
      held(state).length === 0 &&
      documentsIn(state.documents, `${WORKSPACE}/queue`).length === 0,
  }
}

checkModel({
  name: 'slots',
  rules: '11',
  runs: ['takeSlot', 'freeing', 'callNext', 'turnsAt', 'slotsFor'],
  bounds: `2 slots; ${Object.values(DOING).join(', ')}; preemption ${PREEMPTIONS}; nobody dies, no sweep`,
  system,
  switches: [
    { off: 'queue, then try', breaks: 'goal' },
    { off: 'free, then look', breaks: 'goal' },
    { off: 'deletes take half of the slots', breaks: 'deletes take half of the slots' },
  ],
})
