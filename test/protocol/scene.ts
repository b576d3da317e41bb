// Where the protocol's races are replayed: the real control plane on the in-process engines and a virtual clock, with
// deliveries that can be lost and processes that can be stopped in the middle.
import { clusterRequested } from '../../events/cluster-requested.ts'
import { lifecycle } from '../../events/lifecycle.ts'
import { workspaceRequested } from '../../events/workspace-requested.ts'
import type { FunctionName } from '../../functions/manifest.ts'
import { virtualClock, type VirtualClock } from '../../infra/local/clock.ts'
import { profile } from '../../infra/local/profile.ts'
import { type InProcessStack, startInProcess } from '../../infra/local/stack/in-process.ts'
import { Entity } from '../../shared/domain/entity.ts'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import { ledgerPath, runPath } from '../../shared/domain/paths.ts'
import { Run } from '../../shared/domain/run.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { BusMessage, Fields, World } from '../../shared/ports.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { acceptWorkspace } from '../../shared/runtime/accept-workspace.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { around } from '../../shared/around.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { event, WORKSPACE } from '../loop/fixture.ts'
import { type Gate, gate, gatedWorld } from './gate.ts'

export { CLUSTER, event, WORKSPACE } from '../loop/fixture.ts'
export const POOL = `${WORKSPACE}/pools/n2-standard-8`

export interface Process {
  readonly world: World
  readonly gate: Gate
}

type Requested = 'workspace-requested' | 'cluster-requested'

export interface Scene extends Pick<InProcessStack, 'store' | 'bus' | 'data' | 'host' | 'stop'> {
  readonly clock: VirtualClock
  /** The ports as every function has them, behind one gate. */
  readonly main: Process
  /** Functions that nothing reaches, neither messages nor documents, from now on. */
  readonly deaf: Set<FunctionName>
  readonly logged: { readonly message: string; readonly fields: Fields }[]
  /** Lifecycle messages that were published, by whomever. */
  readonly told: { readonly id: string; readonly data: Fields }[]
  /** Another process on the same world, with a gate of its own. */
  process(skewMs?: number): Process
  /** Lets time pass until the work is done. */
  run<T>(work: Promise<T>, limitMs?: number): Promise<T>
  /** Stores the request, and does nothing else about it. */
  accept(name: Requested, id?: string, data?: Fields): Promise<string>
  /** Makes the entity unwanted, and does nothing else about it. */
  wantDown(path: string): Promise<void>
  /** Makes the entity unwanted, and begins to take it down. */
  end(path: string): Promise<void>
  /** A workspace that runs. */
  withWorkspace(): Promise<void>
  entity(path: string): Promise<Entity>
  currentRun(path: string): Promise<Run>
  entry(path: string, key: string): Promise<LedgerEntry | undefined>
  reach(path: string, state: string, limitMs?: number): Promise<void>
  until(what: string, holds: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>
  /** So many minutes pass, with a tick of the Scheduler each, unless the sweep is deaf. */
  ticks(count: number): Promise<void>
}

export interface SceneOptions {
  /** How wrong the clocks of functions are. */
  readonly skewMs?: number
  readonly deaf?: readonly FunctionName[]
}

export async function startScene({ skewMs = 0, deaf = [] }: SceneOptions = {}): Promise<Scene> {
  const parts = await startParts(skewMs, deaf)
  const { clock, store, main } = parts

  const until: Scene['until'] = (what, holds, limitMs = minutes(60)) =>
    clock.until(what, holds, limitMs)

  const run: Scene['run'] = async (work, limitMs = minutes(20)) => {
    let isOver = false
    const over = (): void => {
      isOver = true
    }
    work.then(over, over)
    await until('the work', () => isOver, limitMs)
    return work
  }

  const entity: Scene['entity'] = async (path) => {
    const document = await store.get(path)
    if (!document) throw new Error(`there is no ${path}`)
    return Entity.parse(document.data)
  }

  const reach: Scene['reach'] = (path, state, limitMs) =>
    until(`${path} ${state}`, async () => (await entity(path)).state === state, limitMs)

  const accept: Scene['accept'] = async (name, id = name, data = {}) => {
    const path = await run(acceptRequest(main.world, name, { id, data: event(name, id, data) }))
    if (path === undefined) throw new Error(`${name} was refused`)
    return path
  }

  const wantDown: Scene['wantDown'] = async (path) => {
    const { generation } = await entity(path)
    const reason = { code: 'USER_REQUEST', type: 'SUCCESS' as const, message: 'a test ends it' }
    await run(takeDown(main.world, path, { generation, reason, by: 'test' }))
  }

  return {
    ...parts,
    run,
    accept,
    wantDown,
    async end(path) {
      await wantDown(path)
      await run(advance(main.world, path))
    },
    entity,
    until,
    reach,
    async withWorkspace() {
      await accept('workspace-requested')
      await reach(WORKSPACE, 'RUNNING')
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
    ticks: (count) => clock.advance(minutes(count)),
  }
}

type Parts = Pick<
  Scene,
  | 'clock'
  | 'store'
  | 'bus'
  | 'data'
  | 'host'
  | 'stop'
  | 'main'
  | 'deaf'
  | 'logged'
  | 'told'
  | 'process'
>

async function startParts(skewMs: number, deaf: readonly FunctionName[]): Promise<Parts> {
  const clock = virtualClock()
  const lost = new Set<FunctionName>(deaf)
  const drop = (name: string): boolean => [...lost].some((each) => each === name)
  const told: { id: string; data: Fields }[] = []
  const logged: { message: string; fields: Fields }[] = []
  const mainGate = gate()
  let bare: World | undefined

  function process(skew = 0): Process {
    if (!bare) throw new Error('the stack has not started')
    const own = gate()
    return { gate: own, world: gatedWorld(bare, own, skew) }
  }

  const stack = await startInProcess({
    clock,
    profile: profile({ speed: 1, random: () => clock.random() }),
    log: (severity, message, fields = {}) => {
      if (severity !== 'DEBUG') logged.push({ message, fields })
    },
    busKnobs: { drop },
    hostKnobs: { drop },
    wrapWorld(world) {
      const bus = around('bus', world.bus, ({ method, args: [topic, message] }, proceed) => {
        if (method === 'publish' && topic === lifecycle.topic) told.push(eventIn(message))
        return proceed()
      })
      bare = { ...world, bus }
      return gatedWorld(bare, mainGate, skewMs)
    },
  })
  const { store, bus, data, host } = stack
  const main = { gate: mainGate, world: stack.world }
  const stop = (): Promise<void> => stack.stop()
  return { clock, store, bus, data, host, stop, main, deaf: lost, logged, told, process }
}

function eventIn(message: unknown): { id: string; data: Fields } {
  // What `announce` publishes.
  return JSON.parse((message as BusMessage).data) as { id: string; data: Fields }
}

async function acceptRequest(
  world: World,
  name: Requested,
  message: { readonly id: string; readonly data: string },
): Promise<string | undefined> {
  if (name === 'workspace-requested') {
    const intake = takeIn(message, workspaceRequested)
    if (intake.is === 'refused') throw new Error(intake.reason.message)
    return acceptWorkspace(world, intake.ref, intake.data)
  }
  const intake = takeIn(message, clusterRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return acceptCluster(world, intake.ref, intake.data)
}
