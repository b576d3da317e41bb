// One step on the in-process engines: a world in which everything that the step waits for has been made, by running the
// steps that make it, and nothing else. Knows no step by name, so that a new one is covered as soon as it is registered.
import { virtualClock, type VirtualClock } from '../../infra/local/clock.ts'
import { busEngine } from '../../infra/local/bus/bus-engine.ts'
import { profile } from '../../infra/local/profile.ts'
import { dataPlane } from '../../infra/local/stack/data-plane.ts'
import { storeEngine } from '../../infra/local/store/store-engine.ts'
import { zonesOf } from '../../shared/catalog/regions.ts'
import { PoolEntity, WorkspaceOutputs } from '../../shared/domain/entity.ts'
import { serviceAccountEmail } from '../../shared/domain/names.ts'
import { entityRef } from '../../shared/domain/paths.ts'
import type { Subject } from '../../shared/domain/plan.ts'
import { poolOf } from '../../shared/domain/pool.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { World } from '../../shared/ports.ts'
import type { Hook } from '../../shared/runtime/around.ts'
import { DEFAULT_RANGES } from '../../shared/runtime/check-ranges.ts'
import { stepPorts } from '../../shared/runtime/step-ports.ts'
import { registry } from '../../shared/steps/registry.ts'
import type { RunnableStep, StepPorts } from '../../shared/steps/step.ts'
import { type Faults, faults, wrapped } from '../faults.ts'
import { converge } from './converge.ts'
import { dumpOf } from './dump.ts'

type Fields = Readonly<Record<string, unknown>>

export interface Lab {
  readonly step: RunnableStep
  /** What the step was given. */
  readonly input: Fields
  readonly clock: VirtualClock
  readonly faults: Faults
  /** The step's ports, as for an attempt that is claimed now; `hook` sees calls before the world does. */
  ports(hook?: Hook): StepPorts
  /** Awaits, with time moving on. */
  drive<T>(work: Promise<T>): Promise<T>
  /** Lets everything that is under way come to an end. */
  rest(): Promise<void>
  /** Everything that is there, one line each, without what changes by itself. */
  dump(): Promise<string[]>
  stop(): Promise<void>
}

const PROJECT = 'kindling-laws'
const REGION = 'europe-west4'
const LIFE = 1

const spec = {
  runtime: '17.3.x-scala2.13',
  driver: { machineType: 'n2-standard-4' },
  executors: { count: 3, machineType: 'n2-standard-8', spot: false },
  zone: 'auto',
  autoterminationMinutes: 60,
} as const

export async function startLab(step: RunnableStep): Promise<Lab> {
  const clock = virtualClock()
  const engines = startEngines(clock)
  const injected = faults(clock)
  const world = injected.wrap(engines.world)
  const identity = identityOf()

  async function drive<T>(work: Promise<T>): Promise<T> {
    let isOver = false
    const over = (): boolean => (isOver = true)
    work.then(over, over)
    await clock.until('the work ends', () => isOver, minutes(60))
    return work
  }

  const ports = (hook?: Hook): StepPorts =>
    stepPorts(hook ? wrapped(world, hook) : world, identity, clock.now())

  const lab = { clock, drive, ports }
  const made = new Map<string, Fields>()

  /** The input of a step's first instance, after everything that it waits for has been made. */
  async function prepare(wanted: RunnableStep): Promise<Fields> {
    if (wanted.kind !== 'workspace') {
      for (const each of registry) if (each.kind === 'workspace') await make(each)
    }
    const outputs: Record<string, Fields> = {}
    for (const [name, { name: dependency }] of Object.entries(wanted.after)) {
      outputs[name] = await make(stepOf(dependency))
    }
    const subject = subjectOf(wanted.kind, made)
    const awaited = wanted.awaits?.(subject)
    if (awaited !== undefined) await putRunning(world, awaited)
    const instance = { subject, life: LIFE, index: 1 }
    // What waits for what was checked when the step was declared.
    return wanted.input(instance, outputs as Parameters<RunnableStep['input']>[1])
  }

  async function make(wanted: RunnableStep): Promise<Fields> {
    const before = made.get(wanted.name)
    if (before) return before
    const input = await prepare(wanted)
    const output = await converge({ ...lab, step: wanted, input }, 'up')
    made.set(wanted.name, output)
    return output
  }

  const rest = (): Promise<void> => clock.advance(minutes(2))
  const input = await prepare(step)
  await rest()
  injected.record()
  return {
    ...lab,
    step,
    input,
    faults: injected,
    rest,
    dump: () => dumpOf(engines, identity),
    stop: () => drive(engines.data.stop()),
  }
}

export type Engines = ReturnType<typeof startEngines>

function startEngines(clock: VirtualClock) {
  const topics = new Set<string>()
  const store = storeEngine(clock)
  const bus = busEngine({
    clock,
    deliver: async () => undefined,
    retry: () => ({
      minBackoffMs: seconds(1),
      maxBackoffMs: seconds(60),
      ackDeadlineMs: seconds(60),
      retentionMs: minutes(60),
    }),
  })
  const data = dataPlane({
    clock,
    profile: profile({ speed: 1, random: clock.random }),
    log: () => undefined,
    busAs: (member) => bus.as(member),
    auditLog: () => undefined,
  })
  const { gke, network, kubernetes } = data
  const log = (): void => undefined
  const world: World = { project: PROJECT, store, bus, clock, log, gke, network, kubernetes }
  const noted = wrapped(world, async ({ port, method, args }, proceed) => {
    if (port === 'bus' && method === 'createTopic') topics.add(String(args[0]))
    return proceed()
  })
  return { world: noted, store, bus, data, topics }
}

function identityOf() {
  const ids = { account: 'acme', workspace: 'analytics' }
  const serviceAccount = serviceAccountEmail(ids, PROJECT)
  return { ...ids, project: 'acme-analytics', region: REGION, serviceAccount }
}

function stepOf(name: string): RunnableStep {
  const found = registry.find((each) => each.name === name)
  if (!found) throw new Error(`"${name}" is waited for and not registered`)
  return found
}

function subjectOf(kind: Subject['kind'], made: ReadonlyMap<string, Fields>): Subject {
  const identity = identityOf()
  const zones = [...(zonesOf(REGION) ?? [])]
  if (kind === 'workspace') {
    const { project, region, serviceAccount } = identity
    const own = { project, region, zones, serviceAccount, ranges: DEFAULT_RANGES }
    return { kind, identity, spec: own, home: PROJECT }
  }
  const outputs = [...made.values()].map((output) => WorkspaceOutputs.safeParse(output))
  const found = outputs.find(({ success }) => success)?.data
  if (!found) throw new Error('no step of the workspace says where its GKE cluster is')
  const executors = { machineType: spec.executors.machineType, spot: false }
  const driver = { machineType: spec.driver.machineType, spot: false }
  const place = { identity, zones, gkeCluster: found.gkeCluster }
  if (kind === 'pool') return { kind, ...place, pool: poolOf(executors), spec: executors }
  return {
    kind,
    ...place,
    endpoint: found.endpoint,
    ranges: DEFAULT_RANGES,
    cluster: 'etl',
    spec,
    zone: zones[0] ?? '',
    pools: { driver: poolOf(driver), executor: poolOf(executors) },
  }
}

/** The entity that a step waits for, as it is once it runs. */
async function putRunning(world: World, path: string): Promise<void> {
  const ref = entityRef(path)
  if (ref?.kind !== 'pool') throw new Error(`nobody here can make "${path}" run`)
  const entity = PoolEntity.parse({
    ...ref,
    generation: 1,
    want: 'up',
    request: 'pool-1',
    changedAt: world.clock.now(),
    spec: { machineType: ref.pool, spot: false },
    state: 'RUNNING',
  })
  await world.store.commit([{ op: 'create', path, data: entity }])
}
