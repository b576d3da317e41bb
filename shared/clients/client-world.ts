// The world of one function: production clients, opened only for the ports that its manifest row lists, shared by all
// functions of one process. Each client loads its SDK with the first call.
import type { Gke, Network } from '../google-ports.ts'
import type { Bus, Clock, Kubernetes, Store, World, WorkspaceIdentity } from '../ports.ts'
import { firestoreStore } from './firestore-store.ts'
import { gkeClient } from './gke.ts'
import { impersonatedTokens } from './impersonated-tokens.ts'
import { kubernetesClient } from './kubernetes.ts'
import { networkClient } from './network.ts'
import { type KubernetesRate, type PortGuards, portGuards } from './port-guards.ts'
import { postedGrants } from './posted-grants.ts'
import { pubsubBus } from './pubsub-bus.ts'
import type { DeliveryPolicy } from './pubsub-limits.ts'
import { pushEndpoint } from './push-endpoint.ts'
import { recent } from './recent.ts'
import { systemClock } from './system-clock.ts'
import { localTokens, type TokenSource } from './token-source.ts'

/** Everything but the log, which belongs to the invocation. */
export type ClientWorld = Omit<World, 'log'>

export type PortName = 'store' | 'bus' | 'gke' | 'network' | 'kubernetes'

/** The part of the configuration that clients need; absent = Google's own. */
export interface ClientSettings {
  readonly project: string
  readonly firestoreEmulator: string | undefined
  readonly pubsubEmulator: string | undefined
  readonly gkeEndpoint: string | undefined
  readonly computeUrl: string | undefined
  readonly kubernetesScheme: 'https' | 'http'
  readonly kubernetesRate: KubernetesRate
  readonly grantUrl: string | undefined
  readonly pushUrl: string | undefined
}

type Retry = (functionName: string) => DeliveryPolicy

interface Opened {
  store(): Store
  bus(retry: Retry): Bus
  gke(workspace: WorkspaceIdentity): Gke
  network(workspace: WorkspaceIdentity): Network
  kubernetes(workspace: WorkspaceIdentity, endpoint: string): Kubernetes
}

/** Kubernetes servers that an instance keeps open. */
const SERVERS_MAX = 500

const opened = new WeakMap<ClientSettings, Opened>()

/** `retry`: how a push subscription delivers to the function of this name. */
export function clientWorld(
  settings: ClientSettings,
  can: readonly PortName[],
  retry: Retry,
): ClientWorld {
  const clients = opened.get(settings) ?? openClients(settings, systemClock)
  opened.set(settings, clients)
  const may = (port: PortName): boolean => can.includes(port)
  return {
    project: settings.project,
    clock: systemClock,
    store: may('store') ? clients.store() : untouchable<Store>('store'),
    bus: may('bus') ? clients.bus(retry) : untouchable<Bus>('bus'),
    gke: (workspace) => (may('gke') ? clients.gke(workspace) : untouchable<Gke>('gke')),
    network: (workspace) =>
      may('network') ? clients.network(workspace) : untouchable<Network>('network'),
    kubernetes: (workspace, endpoint) =>
      may('kubernetes')
        ? clients.kubernetes(workspace, endpoint)
        : untouchable<Kubernetes>('kubernetes'),
  }
}

function openClients(settings: ClientSettings, clock: Clock): Opened {
  const isLocalCloud = settings.gkeEndpoint !== undefined
  const tokenOf: TokenSource = isLocalCloud ? localTokens : impersonatedTokens()
  const { gkeEndpoint, computeUrl, kubernetesRate } = settings
  const guards = portGuards(clock, kubernetesRate)
  let store: Store | undefined
  let bus: Bus | undefined
  const gke = gkeClient({ tokenOf, ...(gkeEndpoint !== undefined && { endpoint: gkeEndpoint }) })
  const network = networkClient({
    tokenOf,
    ...(computeUrl !== undefined && { rootUrl: computeUrl }),
  })
  return {
    store: () => (store ??= guards.store(openStore(settings, clock))),
    bus: (retry) => (bus ??= guards.bus(openBus(settings, clock, retry))),
    gke: (workspace) => guards.gke(gke.open(workspace), workspace),
    network: (workspace) => guards.network(network.open(workspace), workspace),
    kubernetes: openKubernetes(settings, clock, tokenOf, guards),
  }
}

function openStore({ project, firestoreEmulator }: ClientSettings, clock: Clock): Store {
  const emulator = firestoreEmulator !== undefined && { emulatorHost: firestoreEmulator }
  return firestoreStore({ projectId: project, clock, ...emulator })
}

function openBus(settings: ClientSettings, clock: Clock, retry: Retry): Bus {
  const { project, pubsubEmulator, grantUrl, pushUrl } = settings
  return pubsubBus({
    projectId: project,
    clock,
    retry,
    pushEndpoint(functionName, topic) {
      if (pushUrl === undefined) throw new Error('KINDLING_PUSH_URL is not set: nowhere to push to')
      return pushEndpoint(pushUrl, project, functionName, topic)
    },
    ...(pubsubEmulator !== undefined && { emulatorHost: pubsubEmulator }),
    ...(grantUrl !== undefined && { access: postedGrants(grantUrl, clock) }),
  })
}

/** One for each server and the identity that it is called under, so that connections and what was discovered are kept. */
function openKubernetes(
  { kubernetesScheme, kubernetesRate }: ClientSettings,
  clock: Clock,
  tokenOf: TokenSource,
  guards: PortGuards,
): Opened['kubernetes'] {
  const client = kubernetesClient({ clock, parallel: kubernetesRate.atOnce })
  const ports = recent<Kubernetes>(SERVERS_MAX)
  return ({ serviceAccount }, endpoint) =>
    ports.get(`${serviceAccount} ${endpoint}`, () => {
      const server = `${kubernetesScheme}://${endpoint}`
      const port = client.open({ server, token: () => tokenOf(serviceAccount) })
      return guards.kubernetes(port, endpoint)
    })
}

/** Stands in for a port that the function did not ask for: any call of it is a fault of ours, said as such. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the port that it stands in for
function untouchable<P extends object>(port: PortName): P {
  const refuse = (method: string) => () => {
    throw new Error(
      `${port}.${method}: this function may not touch the ${port}; list it under "can" in functions/manifest.ts`,
    )
  }
  const target: object = {}
  // Every member of a port is a method, so a function stands for each.
  return new Proxy(target, {
    get: (_, method) => (typeof method === 'string' ? refuse(method) : undefined),
  }) as P
}
