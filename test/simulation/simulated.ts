// The system under simulation: the real handlers over the in-process engines, in the weather of a scenario, and the hands
// that move it.
import { seededRandom, virtualClock, type VirtualClock } from '../../infra/local/clock.ts'
import { profile } from '../../infra/local/profile.ts'
import { type InProcessStack, startInProcess } from '../../infra/local/stack/in-process.ts'
import { entityRef } from '../../shared/domain/paths.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { SYSTEM_NAMESPACE } from '../../shared/manifests/agent.ts'
import { labelKeys } from '../../shared/manifests/labels.ts'
import type { Fields, World } from '../../shared/ports.ts'
import { type BadDeliveries, badDeliveries } from './deliveries.ts'
import { deliveriesIn } from './delivery-modes.ts'
import { faultyCalls } from './faulty-calls.ts'
import { faultyProcesses } from './processes.ts'
import { type Reached, reached } from './reach/reached.ts'
import { sparkClustersIn } from './kubernetes-objects.ts'
import type { Move, Scenario } from './scenario.ts'
import { strikesOf } from './strikes.ts'
import { type Trace, trace as newTrace } from './trace.ts'
import { type WatchTower, watchTower } from './watch.ts'

export interface Simulated {
  readonly clock: VirtualClock
  readonly stack: InProcessStack
  readonly trace: Trace
  readonly tower: WatchTower
  readonly documents: ReadonlyMap<string, Fields>
  /** Moves on by so many virtual milliseconds. */
  run(ms: number): Promise<void>
  /** Faults stop. */
  calm(): Promise<void>
  /** Asks for the end of every workspace, by force. */
  deleteAll(): Promise<void>
  /** Messages that functions have not acknowledged; ghosts apart. */
  unacknowledged(): number
  /** Whether the cloud has nothing left. */
  isEmpty(): boolean
  crashes(): number
  /** Probes that it came by. */
  readonly reached: ReadonlySet<string>
  portCalls(): number
  /** Every event comes again; answers what is another thing afterwards. */
  replay(): Promise<string[]>
  /** What functions have failed with since then. */
  failuresSince(at: number): string[]
  stop(): Promise<void>
}

export async function startSimulated(
  scenario: Scenario,
  wrapWorld: (world: World) => World = (world) => world,
): Promise<Simulated> {
  const { seed, weather } = scenario
  const clock = virtualClock(seed)
  const trace = newTrace(() => clock.now())
  const tower = watchTower()
  let isStorm = true
  let portCalls = 0
  const failures: { at: number; text: string }[] = []
  const reach = reached()
  const strikes = strikesOf(seed, weather, () => isStorm, trace, reach.struck)
  let world: World | undefined
  const worldOf = (): World => {
    if (!world) throw new Error('the world has not begun')
    return world
  }
  const deliveries = (): BadDeliveries =>
    scenario.deliveries
      ? deliveriesIn(scenario.deliveries, () => clock.now())
      : badDeliveries(strikes, () => clock.now())
  const messages = deliveries()
  const random = seededRandom(seed)
  const processes = faultyProcesses({
    strikes,
    trace,
    world: worldOf,
    onError: reach.failed,
    onCall(call, invocation) {
      portCalls++
      trace.note(`${call.port}.${call.method}`)
      tower.called(call, invocation)
    },
  })
  const stack = await startInProcess({
    clock,
    profile: profile({ speed: scenario.speed, random }),
    log(_severity, message, fields = {}) {
      trace.note(message)
      if (message !== 'function failed') return
      const text = `${String(fields['function'])} failed: ${String(fields['error'])}`
      failures.push({ at: clock.now(), text })
      trace.add('event', text)
    },
    busKnobs: messages,
    hostKnobs: {
      ...deliveries(),
      process: processes.process,
    },
    wrapWorld(base) {
      world = wrapWorld(faultyCalls(base, strikes))
      return world
    },
  })
  tower.follow(stack)
  reach.watch(tower.watchFor(() => undefined))
  const documents = tower.watchFor(() => undefined).documents
  tower
    .watchFor(() => undefined)
    .onWrite(({ path, before, after }) => {
      trace.add(
        'write',
        `${after ? (before ? 'update' : 'create') : 'delete'} ${path}${sayState(after)}`,
      )
    })
  for (const move of scenario.moves)
    clock.after(move.at, () => void make(move, stack, trace, { tower, reach }))

  return {
    clock,
    stack,
    trace,
    tower,
    documents,
    async run(ms) {
      const until = clock.now() + ms
      while (clock.now() < until) {
        tower.attach()
        await clock.advance(Math.min(seconds(5), until - clock.now()))
      }
    },
    async calm() {
      isStorm = false
      await stack.faults.clear()
      trace.add('move', 'faults stop')
    },
    async deleteAll() {
      for (const [at, { account, workspace }] of scenario.tenancy.entries()) {
        const change = { action: 'delete', force: true }
        const type = 'kindling.workspace.change.requested.v1'
        const source = `//${account}.example/end`
        const event = { specversion: '1.0', id: `end-${at}`, source, type }
        const text = JSON.stringify({ ...event, data: { account, workspace, change } })
        trace.add('move', `delete ${account} ${workspace}`)
        await stack.publish('workspace-change-requested', text)
      }
    },
    unacknowledged: () => stack.bus.waiting() - messages.ghostsAhead(),
    isEmpty: () => stack.data.cloud.list().length === 0,
    reached: reach.probes,
    crashes: () =>
      (strikes.counts.get('crash-before') ?? 0) + (strikes.counts.get('crash-after') ?? 0),
    portCalls: () => portCalls,
    failuresSince: (at) => failures.filter((each) => each.at >= at).map(({ text }) => text),
    async replay() {
      const before = essenceOf(documents, stack)
      trace.add('move', 'every event comes again')
      // What waits in a handler waits for the clock.
      const replayed = { isOver: false }
      void processes.replay().then(() => (replayed.isOver = true))
      await clock.until('every event has come again', () => replayed.isOver, minutes(600))
      await clock.advance(seconds(30))
      const after = essenceOf(documents, stack)
      return [...new Set([...before.keys(), ...after.keys()])].filter(
        (path) => before.get(path) !== after.get(path),
      )
    },
    stop: () => stack.stop(),
  }
}

/** What users and the bill can tell apart: entities, outcomes, facts, and what there is in the cloud. */
function essenceOf(
  documents: ReadonlyMap<string, Fields>,
  stack: InProcessStack,
): ReadonlyMap<string, string> {
  const essence = new Map<string, string>()
  for (const [path, data] of documents) {
    if (entityRef(path) || /\/(requests|facts)\//.test(path))
      essence.set(path, JSON.stringify(data))
  }
  for (const path of stack.data.cloud.list()) essence.set(path, 'there')
  return essence
}

function sayState(data: Fields | undefined): string {
  const state = data?.['state'] ?? data?.['is']
  return typeof state === 'string' ? ` ${state}` : ''
}

async function make(
  move: Move,
  stack: InProcessStack,
  trace: Trace,
  { tower, reach }: { readonly tower: WatchTower; readonly reach: Reached },
): Promise<void> {
  if (move.does === 'publish') {
    trace.add('move', `publish ${move.topic} about ${move.about}: ${move.text.slice(0, 300)}`)
    await stack.publish(move.topic, move.text)
    return
  }
  if (move.does === 'work') return work(move, stack, trace, tower)
  const { fault, parameters, forMs } = move
  const shown = `${fault} ${JSON.stringify(parameters)}`
  try {
    trace.add('move', `${shown}: ${await stack.faults.set(fault, parameters)}`)
    reach.trouble(fault)
  } catch (error) {
    // It names what is not there at the moment.
    trace.add('move', `${shown}: ${String(error)}`)
    return
  }
  stack.world.clock
    .sleep(forMs)
    .then(() => stack.faults.clear(fault).then(() => trace.add('move', `${fault} is over`)))
    .catch(() => undefined)
}

/** A gateway lets nobody begin in a cluster that drains, so work comes only where there is none of that. */
function work(
  move: Extract<Move, { does: 'work' }>,
  stack: InProcessStack,
  trace: Trace,
  { busy }: WatchTower,
): void {
  const [, account, , workspace, , cluster] = move.cluster.split('/')
  for (const engine of stack.data.clusters.values()) {
    for (const { metadata, spec } of sparkClustersIn(engine)) {
      const { labels, namespace = SYSTEM_NAMESPACE } = metadata
      const isIt =
        labels?.[labelKeys.account] === account &&
        labels?.[labelKeys.workspace] === workspace &&
        labels?.[labelKeys.cluster] === cluster
      // Done with is done with, drained or not.
      if (!isIt || (move.jobs > 0 && spec?.['drain'] !== undefined)) continue
      trace.add('move', `${move.jobs} jobs in ${namespace}`)
      if (move.jobs > 0) busy.add(move.cluster)
      else busy.delete(move.cluster)
      stack.data.drivers.set(namespace, { runningJobs: move.jobs, openSessions: 0 })
    }
  }
}
