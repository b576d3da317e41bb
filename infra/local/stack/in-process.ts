// The whole of Kindling in one process, on the in-process engines: nothing to install, nothing left behind.
import { deliveryPolicy } from '../../../functions/delivery.ts'
import { portGuards } from '../../../shared/clients/port-guards.ts'
import { entityRef } from '../../../shared/domain/paths.ts'
import type { Clock, Log, World } from '../../../shared/ports.ts'
import type { AgentProcess } from './agent-pods.ts'
import { type BusEngine, type BusKnobs, busEngine } from '../bus/bus-engine.ts'
import type { Profile } from '../profile.ts'
import { type StoreEngine, storeEngine } from '../store/store-engine.ts'
import type { KubernetesBackEnd } from './cluster-kubernetes.ts'
import { type DataPlane, dataPlane } from './data-plane.ts'
import type { KubernetesChoice } from './kubernetes-choice.ts'
import { embeddedKubernetes } from './embedded-kubernetes.ts'
import { boardFaults } from './fault-control.ts'
import { type FunctionsHost, functionsHost, type HostKnobs } from './functions-host.ts'
import { startScheduler } from './scheduler.ts'
import type { Stack } from './stack.ts'
import { openTopics } from './topics.ts'

export interface InProcessOptions {
  readonly clock: Clock
  readonly profile: Profile
  /** The embedded engine unless given. */
  readonly kubernetes?: { readonly is: KubernetesChoice; readonly backEnd: KubernetesBackEnd }
  readonly log?: Log
  /** Without it nobody ticks. */
  readonly scheduler?: boolean
  readonly busKnobs?: BusKnobs
  readonly hostKnobs?: HostKnobs
  readonly agentProcess?: AgentProcess
  /** What functions are given instead of the world as it is: for faults on purpose. */
  readonly wrapWorld?: (world: World) => World
  /** The services as they answer, beneath the guards that stand before them: for outages, and to count what reaches them. */
  readonly wrapServices?: (services: World) => World
}

/** The stack, and its parts for tests to look into. */
export interface InProcessStack extends Stack {
  readonly world: World
  readonly store: StoreEngine
  readonly bus: BusEngine
  readonly host: FunctionsHost
  readonly data: DataPlane
}

const PROJECT = 'kindling-local'

export async function startInProcess(options: InProcessOptions): Promise<InProcessStack> {
  const embedded = { is: 'embedded', backEnd: embeddedKubernetes(options) } as const
  const {
    clock,
    profile,
    kubernetes = embedded,
    log = () => undefined,
    wrapWorld = (world: World) => world,
    wrapServices = (services: World) => services,
  } = options
  const store = storeEngine(clock)
  const bus = busEngine({
    clock,
    deliver: (name, message) => host.deliver(name, message),
    retry: deliveryPolicy,
    ...(options.busKnobs ? { knobs: options.busKnobs } : {}),
  })
  const data = dataPlane({
    clock,
    profile,
    kubernetes: kubernetes.backEnd,
    log,
    agentProcess: options.agentProcess,
    busAs: (member) => bus.as(member),
    auditLog: (entry) => {
      void bus.publish('audit-log', { data: JSON.stringify(entry), attributes: {} })
    },
    autoscalerLog: (entry) => {
      void bus.publish('autoscaler-log', { data: JSON.stringify(entry), attributes: {} })
    },
  })
  const guards = portGuards(clock)
  const services = wrapServices({
    project: PROJECT,
    store,
    bus,
    clock,
    log,
    gke: data.gke,
    network: data.network,
    kubernetes: data.kubernetes,
  })
  const world = wrapWorld({
    ...services,
    store: guards.store(services.store),
    bus: guards.bus(services.bus),
    gke: (of) => guards.gke(services.gke(of), of),
    network: (of) => guards.network(services.network(of), of),
    kubernetes: (of, endpoint) => guards.kubernetes(services.kubernetes(of, endpoint), endpoint),
  })
  const host = functionsHost(clock, world, options.hostKnobs)
  store.onWritten(({ type, path }) => {
    if (type === 'created') host.created(path)
  })
  await openTopics(bus)
  const stopTicks =
    options.scheduler === false
      ? () => undefined
      : startScheduler(clock, () => void bus.publish('sweep', { data: '{}', attributes: {} }))
  return {
    parts: { firestore: 'in-process', pubsub: 'in-process', kubernetes: kubernetes.is },
    project: PROJECT,
    endpoints: {},
    broken: new AbortController().signal,
    world,
    reader: store,
    store,
    bus,
    host,
    data,
    publish: (topic, text) => bus.publish(topic, { data: text, attributes: {} }),
    call: (name, body) => host.call(name, body),
    workspaces: async () => workspacesIn(store),
    counts: async () => ({ ...host.counts }),
    resources: async () => data.cloud.list(),
    setDriver: async ({ namespace, work }) => data.drivers.set(namespace, work ?? undefined),
    openSession: data.openSession,
    closeSession: async (namespace) => data.drivers.changeSessions(namespace, -1),
    faults: boardFaults(data.cloud.faults),
    processes: async () => [],
    async stop() {
      stopTicks()
      host.stop()
      bus.close()
      await data.stop()
    },
  }
}

function workspacesIn(store: StoreEngine): string[] {
  const paths = store.dump().map(({ path }) => path)
  return paths.filter((path) => entityRef(path)?.kind === 'workspace').toSorted()
}
