// What the agent's process is told by its environment: by its Deployment (shared/manifests/agent.ts), and by the kubelet.
// Absent endpoints are Google's own.
import { z } from 'zod'
import {
  HostPort,
  KubernetesScheme,
  ProjectId,
  readEnvironment,
} from '../../../shared/runtime/config.ts'

/** Where the kubelet puts what a pod calls the API with. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

const Environment = z.object({
  KINDLING_PROJECT: ProjectId,
  KINDLING_TOPIC: z.string("is not set: the workspace's own Pub/Sub topic"),
  POD_NAME: z.string('is not set: the name of the pod that this is, from the downward API'),
  /** Set by the kubelet in every pod. */
  KUBERNETES_SERVICE_HOST: z.string('is not set: the agent runs in a pod'),
  KUBERNETES_SERVICE_PORT: z
    .string('is not set: the agent runs in a pod')
    .regex(/^\d{1,5}$/, 'must be a port'),
  KINDLING_KUBERNETES_SCHEME: KubernetesScheme,
  /** A directory with `token` and `ca.crt`. */
  KINDLING_SERVICE_ACCOUNT: z.string().default(SERVICE_ACCOUNT),
  PUBSUB_EMULATOR_HOST: HostPort.optional(),
  /** Where the kubelet's probes are answered: by itself at every address of the pod. */
  KINDLING_HOST: z.string().default('0.0.0.0'),
})

export type AgentConfig = ReturnType<typeof agentConfig>

/** Throws `ConfigError`, one line that names every variable that is missing or malformed. */
export function agentConfig(environment: Readonly<Record<string, string | undefined>>) {
  const data = readEnvironment(Environment, environment)
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = data
  const address = host.includes(':') ? `[${host}]` : host
  return {
    project: data.KINDLING_PROJECT,
    topic: data.KINDLING_TOPIC,
    pod: data.POD_NAME,
    server: `${data.KINDLING_KUBERNETES_SCHEME}://${address}:${port}`,
    serviceAccount: data.KINDLING_SERVICE_ACCOUNT,
    pubsubEmulator: data.PUBSUB_EMULATOR_HOST,
    host: data.KINDLING_HOST,
  }
}
