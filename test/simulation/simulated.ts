// The system under simulation: the real handlers over the in-process engines, in the weather of a scenario, and the hands
// that move it.
import { seededRandom, virtualClock, type VirtualClock } from '../../infra/local/clock.ts'
import { profile } from '../../infra/local/profile.ts'
import { type InProcessStack, startInProcess } from '../../infra/local/stack/in-process.ts'
import { entityRef } from '../../shared/domain/paths.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { Fields, World } from '../../shared/ports.ts'
import { type BadDeliveries, badDeliveries } from './deliveries.ts'
import { deliveriesIn } from './delivery-modes.ts'
import { faultyCalls } from './faulty-calls.ts'
import { faultyProcesses } from './processes.ts'
import { reached } from './reach/reached.ts'
import { makeMove } from './make-move.ts'
import type { Scenario } from './scenario.ts'
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
  /** Asks for a cluster in every workspace that hibernates. */
  wake(): Promise<void>
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
  const { seed } = scenario
  const clock = virtualClock(seed)
  const trace = newTrace(() => clock.now())
  const tower = watchTower()
  let isStorm = true
  let portCalls = 0
  const failures: { at: number; text: string }[] = []
  const reach = reached()
  const strikes = strikesOf(scenario, () => isStorm, trace, reach.struck)
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
      tower.logged(JSON.stringify({ message, ...fields }))
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
    clock.after(move.at, () => void makeMove(move, stack, trace, { tower, reach }))

  let asked = 0
  async function ask(topic: string, account: string, data: object): Promise<void> {
    const type = `kindling.${topic.replaceAll('-', '.')}.v1`
    const source = `//${account}.example/end`
    const text = JSON.stringify({ specversion: '1.0', id: `end-${++asked}`, source, type, data })
    trace.add('move', `publish ${topic}: ${text}`)
    await stack.publish(topic, text)
  }

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
    async wake() {
      for (const { account, workspace, path } of scenario.tenancy) {
        if (documents.get(path)?.['hibernation'] !== 'HIBERNATED') continue
        await ask('cluster-requested', account, { account, workspace, ...WAKER })
      }
    },
    async deleteAll() {
      const change = { action: 'delete', force: true }
      for (const { account, workspace } of scenario.tenancy)
        await ask('workspace-change-requested', account, { account, workspace, change })
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
      // A node that nobody needs goes when its time has come, whatever is said again meanwhile.
      const isScaledDown = (path: string): boolean =>
        path.includes('/instances/') && !after.has(path)
      return [...new Set([...before.keys(), ...after.keys()])].filter(
        (path) => before.get(path) !== after.get(path) && !isScaledDown(path),
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

/** A small cluster that wakes its workspace. */
const WAKER = {
  cluster: 'waker',
  runtime: '17.3.x-scala2.13',
  driver: { machineType: 'n2-standard-4' },
  executors: { count: 1, machineType: 'n2-standard-4' },
} as const

function sayState(data: Fields | undefined): string {
  const state = data?.['state'] ?? data?.['is']
  return typeof state === 'string' ? ` ${state}` : ''
}
