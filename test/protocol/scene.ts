// Where the protocol's races are replayed: the real control plane on the in-process engines and a virtual clock, with
// deliveries that can be lost and processes that can be stopped in the middle.
import { lifecycle } from '../../events/lifecycle.ts'
import { type FunctionName, type FunctionRow, manifest } from '../../functions/manifest.ts'
import { type BusEngine, busEngine } from '../../infra/local/bus/bus-engine.ts'
import { virtualClock, type VirtualClock } from '../../infra/local/clock.ts'
import { profile } from '../../infra/local/profile.ts'
import { type DataPlane, dataPlane } from '../../infra/local/stack/data-plane.ts'
import { type FunctionsHost, functionsHost } from '../../infra/local/stack/functions-host.ts'
import { type StoreEngine, storeEngine } from '../../infra/local/store/store-engine.ts'
import { Entity } from '../../shared/domain/entity.ts'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import { ledgerPath, runPath } from '../../shared/domain/paths.ts'
import { Run } from '../../shared/domain/run.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { Fields, World } from '../../shared/ports.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { acceptWorkspace } from '../../shared/runtime/accept-workspace.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { clusterRequested } from '../../events/cluster-requested.ts'
import { workspaceRequested } from '../../events/workspace-requested.ts'
import { event, WORKSPACE } from '../loop/fixture.ts'
import { type Gate, gate, gatedWorld } from './gate.ts'

export { CLUSTER, event, WORKSPACE } from '../loop/fixture.ts'
export const POOL = `${WORKSPACE}/pools/n2-standard-8`

export interface Process {
  readonly world: World
  readonly gate: Gate
}

export interface Scene {
  readonly clock: VirtualClock
  readonly store: StoreEngine
  readonly bus: BusEngine
  readonly data: DataPlane
  readonly host: FunctionsHost
  /** The ports as every function has them, behind one gate. */
  readonly main: Process
  /** What is lost on its way to a function, from now on. */
  readonly deaf: Set<FunctionName>
  readonly logged: { readonly message: string; readonly fields: Fields }[]
  /** Lifecycle messages as a subscriber got them. */
  readonly told: { readonly id: string; readonly data: Fields }[]
  /** Another process on the same world, with a gate of its own. */
  process(skewMs?: number): Process
  /** Lets time pass until the work is done. */
  run<T>(work: Promise<T>, limitMs?: number): Promise<T>
  /** Stores the request, and does nothing else about it. */
  accept(name: 'workspace-requested' | 'cluster-requested', id?: string, data?: Fields): Promise<string>
  /** A workspace that runs. */
  withWorkspace(): Promise<void>
  entity(path: string): Promise<Entity>
  currentRun(path: string): Promise<Run>
  entry(path: string, key: string): Promise<LedgerEntry | undefined>
  reach(path: string, state: string, limitMs?: number): Promise<void>
  until(what: string, holds: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>
  /** So many minutes pass, with a tick of the Scheduler each, unless the sweep is deaf. */
  ticks(count: number): Promise<void>
  stop(): Promise<void>
}

const SPY = 'spy'
const rows: Readonly<Record<FunctionName, FunctionRow>> = manifest
const LOSABLE = Object.keys(manifest) as FunctionName[]

export interface SceneOptions {
  /** How wrong the clocks of functions are. */
  readonly skewMs?: number
  readonly deaf?: readonly FunctionName[]
  readonly seed?: number
}

export async function startScene({ skewMs = 0, deaf = [], seed = 1 }: SceneOptions = {}): Promise<Scene> {
  const clock = virtualClock(seed)
  const store = storeEngine(clock)
  const lost = new Set<FunctionName>(deaf)
  const told: { id: string; data: Fields }[] = []
  const logged: { message: string; fields: Fields }[] = []
  const bus = busEngine({
    clock,
    async deliver(name, message) {
      if (name !== SPY) return host.deliver(name, message)
      const { id, data } = JSON.parse(message.data) as { id: string; data: Fields }
      told.push({ id, data })
    },
    retry: (name) => ({
      minBackoffMs: seconds(10),
      maxBackoffMs: seconds(600),
      ackDeadlineMs: seconds(name === SPY ? 60 : rows[name as FunctionName].timeoutS),
      retentionMs: minutes(60),
    }),
    knobs: { drop: (name) => LOSABLE.some((each) => each === name && lost.has(each)) },
  })
  const data = dataPlane({
    clock,
    profile: profile({ speed: 1, random: clock.random }),
    log: () => undefined,
    busAs: (member) => bus.as(member),
    auditLog: (entry) => {
      void bus.publish('audit-log', { data: JSON.stringify(entry), attributes: {} })
    },
  })
  const bare: World = {
    project: 'kindling-local',
    store,
    bus,
    clock,
    log: (severity, message, fields = {}) => {
      if (severity !== 'DEBUG') logged.push({ message, fields })
    },
    gke: data.gke,
    network: data.network,
    kubernetes: data.kubernetes,
  }
  const processOf = (skew = 0): Process => {
    const own = gate()
    return { gate: own, world: gatedWorld(bare, own, skew) }
  }
  const main = processOf(skewMs)
  const host = functionsHost(clock, main.world, { drop: (name) => lost.has(name) })
  store.onWritten(({ type, path }) => {
    if (type === 'created') host.created(path)
  })
  await openTopics(bus)
  const stopTicks = startTicks(clock, bus)

  const until: Scene['until'] = (what, holds, limitMs = minutes(60)) =>
    clock.until(what, holds, limitMs)

  async function run<T>(work: Promise<T>, limitMs = minutes(20)): Promise<T> {
    let isOver = false
    const over = (): void => {
      isOver = true
    }
    work.then(over, over)
    await until('the work', () => isOver, limitMs)
    return work
  }

  async function entity(path: string): Promise<Entity> {
    const document = await store.get(path)
    if (!document) throw new Error(`there is no ${path}`)
    return Entity.parse(document.data)
  }

  const accept: Scene['accept'] = async (name, id = name, given = {}) => {
    const message = { id, data: event(name, id, given) }
    const intake = name === 'workspace-requested' ? takeIn(message, workspaceRequested) : undefined
    const path =
      intake?.is === 'request'
        ? acceptWorkspace(main.world, intake.ref, intake.data)
        : acceptClusterOf(main.world, message)
    const accepted = await run(path)
    if (accepted === undefined) throw new Error(`${name} was refused`)
    return accepted
  }

  const scene: Scene = {
    clock,
    store,
    bus,
    data,
    host,
    main,
    deaf: lost,
    logged,
    told,
    process: processOf,
    run,
    accept,
    entity,
    until,
    async withWorkspace() {
      await accept('workspace-requested')
      await scene.reach(WORKSPACE, 'RUNNING')
      await run(advance(main.world, WORKSPACE))
    },
    async currentRun(path) {
      const document = await store.get(runPath(path, (await entity(path)).generation))
      return Run.parse(document?.data)
    },
    async entry(path, key) {
      const document = await store.get(ledgerPath(path, key))
      return document && LedgerEntry.parse(document.data)
    },
    reach: (path, state, limitMs) =>
      until(`${path} ${state}`, async () => (await entity(path)).state === state, limitMs),
    ticks: (count) => clock.advance(minutes(count)),
    async stop() {
      stopTicks()
      host.stop()
      bus.close()
      await data.stop()
    },
  }
  return scene
}

function acceptClusterOf(
  world: World,
  message: { readonly id: string; readonly data: string },
): Promise<string | undefined> {
  const intake = takeIn(message, clusterRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return acceptCluster(world, intake.ref, intake.data)
}

function startTicks(clock: VirtualClock, bus: BusEngine): () => void {
  let callOff: () => void
  const tick = (): void => {
    void bus.publish('sweep', { data: '{}', attributes: {} })
    callOff = clock.after(minutes(1), tick)
  }
  callOff = clock.after(minutes(1), tick)
  return () => callOff()
}

async function openTopics(bus: BusEngine): Promise<void> {
  await bus.createTopic(lifecycle.topic, {})
  await bus.subscribe(lifecycle.topic, SPY, SPY)
  for (const [name, { on }] of Object.entries(rows)) {
    if (on.is !== 'topic') continue
    await bus.createTopic(on.topic, {})
    await bus.subscribe(on.topic, name, name)
  }
}
