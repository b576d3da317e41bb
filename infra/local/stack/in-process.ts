// The whole of Kindling in one process, on the in-process engines: nothing to install, nothing left behind.
import { manifest } from '../../../functions/manifest.ts'
import { lifecycle } from '../../../events/lifecycle.ts'
import type { FunctionName, FunctionRow } from '../../../functions/manifest.ts'
import { seconds } from '../../../shared/domain/time.ts'
import type { Log, World } from '../../../shared/ports.ts'
import { type BusEngine, type BusKnobs, busEngine } from '../bus/bus-engine.ts'
import type { EngineClock } from '../clock.ts'
import type { Profile } from '../profile.ts'
import { type StoreEngine, storeEngine } from '../store/store-engine.ts'
import { type DataPlane, dataPlane } from './data-plane.ts'
import { type FunctionsHost, functionsHost, type HostKnobs } from './functions-host.ts'

export interface StackOptions {
  readonly clock: EngineClock
  readonly profile: Profile
  readonly log?: Log
  /** Without it nobody ticks. */
  readonly scheduler?: boolean
  readonly busKnobs?: BusKnobs
  readonly hostKnobs?: HostKnobs
  /** What functions are given instead of the world as it is: for faults on purpose. */
  readonly wrapWorld?: (world: World) => World
}

export interface Stack {
  readonly world: World
  readonly store: StoreEngine
  readonly bus: BusEngine
  readonly host: FunctionsHost
  readonly data: DataPlane
  /** Publishes on a topic, as a user would; answers the message's id. */
  publish(topic: string, data: string): Promise<string>
  stop(): Promise<void>
}

const TICK = seconds(60)
const RETENTION = seconds(7 * 24 * 60 * 60)
const rows: Readonly<Record<FunctionName, FunctionRow>> = manifest

function policyOf(name: string) {
  const row = Object.entries(rows).find(([each]) => each === name)?.[1]
  if (!row) throw new Error(`there is no function "${name}"`)
  return {
    minBackoffMs: seconds(row.retry.minS),
    maxBackoffMs: seconds(row.retry.maxS),
    ackDeadlineMs: seconds(row.timeoutS),
    retentionMs: RETENTION,
  }
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const { clock, profile, log = () => undefined, wrapWorld = (world: World) => world } = options
  const store = storeEngine(clock)
  const bus = busEngine({
    clock,
    deliver: (name, message) => host.deliver(name, message),
    retry: policyOf,
    ...(options.busKnobs ? { knobs: options.busKnobs } : {}),
  })
  const data = dataPlane({
    clock,
    profile,
    log,
    busAs: (member) => bus.as(member),
    auditLog: (entry) => {
      void bus.publish('audit-log', { data: JSON.stringify(entry), attributes: {} })
    },
  })
  const world = wrapWorld({
    project: 'kindling-local',
    store,
    bus,
    clock,
    log,
    gke: data.gke,
    network: data.network,
    kubernetes: data.kubernetes,
  })
  const host = functionsHost(clock, world, options.hostKnobs)
  store.onWritten(({ type, path }) => {
    if (type === 'created') host.created(path)
  })
  await openTopics(bus)
  const stopTicks = options.scheduler === false ? () => undefined : startTicks(clock, bus)
  return {
    world,
    store,
    bus,
    host,
    data,
    publish: (topic, text) => bus.publish(topic, { data: text, attributes: {} }),
    async stop() {
      stopTicks()
      host.stop()
      bus.close()
      await data.stop()
    },
  }
}

async function openTopics(bus: BusEngine): Promise<void> {
  await bus.createTopic(lifecycle.topic, {})
  for (const [name, { on }] of Object.entries(rows)) {
    if (on.is !== 'topic') continue
    await bus.createTopic(on.topic, {})
    await bus.subscribe(on.topic, name, name)
  }
}

/** Cloud Scheduler: a tick each minute. */
function startTicks(clock: EngineClock, bus: BusEngine): () => void {
  let callOff: () => void
  const tick = (): void => {
    void bus.publish('sweep', { data: '{}', attributes: {} })
    callOff = clock.after(TICK, tick)
  }
  callOff = clock.after(TICK, tick)
  return () => callOff()
}
