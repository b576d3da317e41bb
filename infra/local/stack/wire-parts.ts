// The processes of the stack on the wire, and what each is told. Emulators and cloud start side by side; the functions
// follow when there is something to talk to.
import type { Clock } from '../../../shared/ports.ts'
import { z } from 'zod'
import { CallError } from '../../../shared/call-error.ts'
import { deliveryPolicy } from '../../../functions/delivery.ts'
import { pubsubBus, type PubsubBus } from '../../../shared/clients/pubsub-bus.ts'
import { pushEndpoint } from '../../../shared/clients/push-endpoint.ts'
import { clientEnvironment, type Emulator, startEmulator } from '../emulators.ts'
import { freePort } from '../loopback/free-port.ts'
import type { ProfileOptions } from '../profile.ts'
import type { KubernetesChoice } from './kubernetes-choice.ts'
import { type NodeProcess, type NodeProgram, startNodeProcess } from './node-process.ts'
import { openTopics } from './topics.ts'

export interface WirePartsOptions {
  readonly clock: Clock
  readonly project: string
  readonly logDirectory: string
  readonly cloud: Omit<ProfileOptions, 'random'> & { readonly seed?: number }
  readonly kubernetes: KubernetesChoice
  /** A directory with the functions as they are deployed, in place of their sources. */
  readonly bundles: string | undefined
  /** How messages are delivered, in place of the manifest's, for tests. */
  readonly retry?: typeof deliveryPolicy
  /** Programs in place of our own, for tests. */
  readonly mains: { readonly cloud: URL; readonly functions: URL }
  /** Called with the end of each part that has been started. */
  readonly started: (stop: () => Promise<void>) => void
}

export interface WireParts {
  readonly firestore: Emulator
  readonly pubsub: Emulator
  readonly bus: PubsubBus
  readonly cloud: NodeProcess
  readonly addresses: CloudAddresses
  /** `http://127.0.0.1:PORT`, of the functions. */
  readonly frontDoor: string
  readonly startFunctions: () => Promise<NodeProcess>
}

/** What an instance of 512 MiB has for it, beside code and buffers: a launch that needs more is to be seen here. */
const FUNCTIONS_HEAP_MB = 256

const CloudAddresses = z.object({ gke: z.string(), compute: z.string(), control: z.string() })
type CloudAddresses = z.infer<typeof CloudAddresses>

/** As `Promise.all`, but a failure waits until nothing is on its way any more. */
async function together<A, B, C>(
  work: readonly [Promise<A>, Promise<B>, Promise<C>],
): Promise<[A, B, C]> {
  await Promise.allSettled(work)
  return await Promise.all(work)
}

/** Throws `invalid`. */
function chosenPort(given: string | undefined): number | undefined {
  if (!given) return undefined
  const port = /^\d{1,5}$/.test(given) ? Number(given) : 0
  if (port >= 1 && port <= 65_535) return port
  throw new CallError('invalid', `KINDLING_PORT="${given}" must be a port, 1 to 65535, or unset`)
}

/** Throws `PartFailedError` and the emulators' own errors. The functions are not started yet. */
export async function startWireParts(options: WirePartsOptions): Promise<WireParts> {
  const { clock, project, logDirectory, started } = options
  const environment = process.env
  const ports = {
    // An emulator that runs already sends its triggers to where it was told when it was started.
    functions: chosenPort(environment['KINDLING_PORT']) ?? (await freePort(clock)),
    pubsub: await freePort(clock),
  }
  const frontDoor = `http://127.0.0.1:${ports.functions}`
  const pubsubHost = environment['PUBSUB_EMULATOR_HOST'] || `127.0.0.1:${ports.pubsub}`
  const bus = pubsubBus({
    projectId: project,
    clock,
    emulatorHost: pubsubHost,
    pushEndpoint: (name, topic) => pushEndpoint(frontDoor, project, name, topic),
    retry: options.retry ?? deliveryPolicy,
  })
  const emulator = { clock, logDirectory }
  const keep = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
    started(() => part.stop())
    return part
  }
  const [firestore, pubsub, cloud] = await together([
    startEmulator('firestore', {
      ...emulator,
      functionsEmulator: new URL(frontDoor).host,
    }).then(keep),
    startEmulator('pubsub', { ...emulator, port: ports.pubsub })
      .then(keep)
      .then(async (ready) => {
        started(() => bus.close())
        await openTopics(bus)
        return ready
      }),
    startNodeProcess(cloudProgram(options, pubsubHost), logDirectory, clock).then(keep),
  ])
  const addresses = CloudAddresses.parse(cloud.ready)
  const functions: NodeProgram = {
    name: 'functions',
    main: options.mains.functions,
    heapMb: FUNCTIONS_HEAP_MB,
    environment: {
      ...clientEnvironment,
      KINDLING_PROJECT: project,
      KINDLING_PORT: String(ports.functions),
      KINDLING_PUSH_URL: frontDoor,
      ...(options.bundles === undefined ? {} : { KINDLING_BUNDLES: options.bundles }),
      KINDLING_GKE_ENDPOINT: addresses.gke,
      KINDLING_COMPUTE_URL: addresses.compute,
      KINDLING_KUBERNETES_SCHEME: 'http',
      KINDLING_GRANT_URL: `${addresses.control}/grant`,
      FIRESTORE_EMULATOR_HOST: firestore.host,
      PUBSUB_EMULATOR_HOST: pubsub.host,
    },
  }
  return {
    firestore,
    pubsub,
    bus,
    cloud,
    addresses,
    frontDoor,
    startFunctions: async () => keep(await startNodeProcess(functions, logDirectory, clock)),
  }
}

function cloudProgram(options: WirePartsOptions, pubsubHost: string): NodeProgram {
  const { project, mains, cloud, kubernetes, logDirectory } = options
  const { speed, seed, bootMs, bootJitterMs, pullMs } = cloud
  const settings = {
    KINDLING_CLOUD_SPEED: speed,
    KINDLING_CLOUD_SEED: seed,
    KINDLING_CLOUD_BOOT_MS: bootMs,
    KINDLING_CLOUD_BOOT_JITTER_MS: bootJitterMs,
    KINDLING_CLOUD_PULL_MS: pullMs,
    KINDLING_CLOUD_KUBERNETES: kubernetes,
    KINDLING_CLOUD_FOLDER: logDirectory,
  }
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  return {
    name: 'cloud',
    main: mains.cloud,
    environment: {
      ...clientEnvironment,
      KINDLING_PROJECT: project,
      PUBSUB_EMULATOR_HOST: pubsubHost,
      ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    },
  }
}
