// What a process is told by its environment, read once and checked: the only file that reads the environment of the
// functions. Absent endpoints are Google's own.
import { z } from 'zod'
import { limits } from '../catalog/limits.ts'

/** What is wrong with the environment, in one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export const HostPort = z
  .string()
  .regex(
    /^([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/,
    'must be host:port, such as 127.0.0.1:8080',
  )
const HttpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a URL, such as http://127.0.0.1:8080',
})
const PortNumber = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port, 1 to 65535')
  .transform(Number)
  .refine((port) => port >= 1 && port <= 65_535, 'must be a port, 1 to 65535')

/** A whole number within bounds, or what it is by itself. */
function whole(least: number, most: number, otherwise: number) {
  const error = `must be a whole number, ${least} to ${most}`
  const number = z
    .string()
    .regex(/^\d{1,6}$/, error)
    .transform(Number)
  return number.refine((value) => value >= least && value <= most, error).default(otherwise)
}

/** Kindling's own Google Cloud project. */
export const ProjectId = z
  .string('is not set: the Google Cloud project that Kindling itself runs in')
  .regex(/^[a-z]([a-z0-9-]{2,61}[a-z0-9])$/, 'must be the id of a Google Cloud project')
/** Plain http is for a simulated cloud on this machine. */
export const KubernetesScheme = z.enum(['https', 'http'], 'must be https or http').default('https')

const Environment = z.object({
  KINDLING_PROJECT: ProjectId,
  FIRESTORE_EMULATOR_HOST: HostPort.optional(),
  PUBSUB_EMULATOR_HOST: HostPort.optional(),
  /** gRPC in plain text. */
  KINDLING_GKE_ENDPOINT: HostPort.optional(),
  KINDLING_COMPUTE_URL: HttpUrl.optional(),
  KINDLING_KUBERNETES_SCHEME: KubernetesScheme,
  /** Calls that this process makes at a time, and in a second, to one Kubernetes API. */
  KINDLING_KUBERNETES_AT_ONCE: whole(1, 500, limits.kubernetesRate.atOnce),
  KINDLING_KUBERNETES_PER_SECOND: whole(1, 10_000, limits.kubernetesRate.perSecond),
  /** Where grants on topics go in place of Pub/Sub, whose emulator has no IAM. */
  KINDLING_GRANT_URL: HttpUrl.optional(),
  /** What push subscriptions call begins so. */
  KINDLING_PUSH_URL: HttpUrl.optional(),
  /** Of the local front door. */
  KINDLING_PORT: PortNumber.optional(),
  /** Where a bundled function listens: set by Cloud Run. */
  PORT: PortNumber.optional(),
  /** By itself every interface, as Cloud Run asks. */
  KINDLING_HOST: z.string().optional(),
})

export type Config = ReturnType<typeof parseConfig>

type Variables = Readonly<Record<string, string | undefined>>

/** What the schema makes of the environment. Throws `ConfigError`, one line that names every variable that is missing or malformed. */
export function readEnvironment<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: Variables,
): z.infer<z.ZodObject<Shape>> {
  const names = Object.keys(schema.shape)
  // A variable set to nothing is as good as absent.
  const given = Object.fromEntries(names.map((name) => [name, environment[name] || undefined]))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw new ConfigError(
    parsed.error.issues
      .map(({ path, message }) => faultOf(String(path[0]), given, message))
      .join('; '),
  )
}

/** Throws `ConfigError`. */
export function parseConfig(environment: Variables) {
  const data = readEnvironment(Environment, environment)
  checkTogether(data)
  return {
    project: data.KINDLING_PROJECT,
    firestoreEmulator: data.FIRESTORE_EMULATOR_HOST,
    pubsubEmulator: data.PUBSUB_EMULATOR_HOST,
    gkeEndpoint: data.KINDLING_GKE_ENDPOINT,
    computeUrl: data.KINDLING_COMPUTE_URL,
    kubernetesScheme: data.KINDLING_KUBERNETES_SCHEME,
    kubernetesRate: {
      atOnce: data.KINDLING_KUBERNETES_AT_ONCE,
      perSecond: data.KINDLING_KUBERNETES_PER_SECOND,
    },
    grantUrl: data.KINDLING_GRANT_URL,
    pushUrl: data.KINDLING_PUSH_URL,
    port: data.KINDLING_PORT,
    listen: { port: data.PORT ?? 8080, host: data.KINDLING_HOST ?? '0.0.0.0' },
  }
}

function faultOf(name: string, given: Variables, message: string): string {
  const value = given[name]
  return value === undefined ? `${name} ${message}` : `${name}="${value.slice(0, 80)}" ${message}`
}

/** Half a simulated cloud would send its tokens to the real one, and real tokens must never travel in plain text. */
function checkTogether(data: z.infer<typeof Environment>): void {
  const isLocal = data.KINDLING_GKE_ENDPOINT !== undefined
  if (isLocal !== (data.KINDLING_COMPUTE_URL !== undefined)) {
    throw new ConfigError(
      'KINDLING_GKE_ENDPOINT and KINDLING_COMPUTE_URL go together: set both for a simulated cloud, or neither',
    )
  }
  if (data.KINDLING_KUBERNETES_SCHEME === 'http' && !isLocal) {
    throw new ConfigError(
      'KINDLING_KUBERNETES_SCHEME=http is for a simulated cloud only: set KINDLING_GKE_ENDPOINT too, or leave it out',
    )
  }
}

let ofProcess: Config | undefined

/** Of this process. Throws `ConfigError`. */
export function environmentConfig(): Config {
  return (ofProcess ??= parseConfig(process.env))
}
