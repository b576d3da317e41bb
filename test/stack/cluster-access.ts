// The one GKE cluster of a stack on the wire, as GKE itself sees it: for what tests ask of it beside the product.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock, Kubernetes } from '../../shared/ports.ts'
import type { KubernetesEndpoint } from '../../shared/clients/kubernetes-connection.ts'
import { kubernetesClient } from '../../shared/clients/kubernetes.ts'
import type { WireStack } from '../../infra/local/stack/wire-stack.ts'

export interface ClusterAccess {
  readonly endpoint: KubernetesEndpoint
  readonly kubernetes: Kubernetes
  close(): void
}

const Endpoints = z.object({ endpoints: z.tuple([z.string()]) })
const Config = z.object({
  clusters: z.tuple([
    z.object({
      cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string() }),
    }),
  ]),
})

export async function clusterAccess(stack: WireStack, clock: Clock): Promise<ClusterAccess> {
  const client = kubernetesClient({ clock })
  const endpoint =
    stack.parts.kubernetes === 'managed'
      ? ofControlPlane(stack.logDirectory)
      : { server: await ofEngine(stack), token: async () => 'system:masters' }
  return { endpoint, kubernetes: client.open(endpoint), close: () => client.close() }
}

async function ofEngine({ endpoints }: WireStack): Promise<string> {
  const answer: unknown = await (await fetch(`${endpoints['cloud']}/kubernetes`)).json()
  return `http://${Endpoints.parse(answer).endpoints[0]}`
}

/** With the token of GKE's identity, from the control plane's own files. */
function ofControlPlane(logs: string): KubernetesEndpoint {
  const [name = ''] = readdirSync(logs).filter((each) => each.startsWith('kubernetes-'))
  const [start = ''] = readdirSync(join(logs, name)).toSorted().slice(-1)
  const file = (each: string): string => readFileSync(join(logs, name, start, each), 'utf8')
  const [{ cluster }] = Config.parse(JSON.parse(file('scheduler.kubeconfig'))).clusters
  const [token = ''] = /^.*,kindling:gke,.*$/m.exec(file('tokens.csv'))?.[0].split(',') ?? []
  const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString()
  return { server: cluster.server, tls: { ca }, token: async () => token }
}
