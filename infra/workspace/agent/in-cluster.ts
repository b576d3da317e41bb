// The Kubernetes API as a pod meets it: the server that the kubelet names, and the pod's own service account, whose token is
// replaced in its file while the pod runs.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seconds } from '../../../shared/domain/time.ts'
import type { Clock } from '../../../shared/ports.ts'
import type { KubernetesEndpoint } from '../../../shared/clients/kubernetes-connection.ts'

/** The kubelet replaces a token when a fifth of its life is left, minutes at least. */
const TOKEN_KEPT = seconds(60)

export interface InCluster {
  readonly server: string
  /** A directory with `token` and `ca.crt`. */
  readonly serviceAccount: string
  readonly clock: Clock
}

/** Rejects when the server's certificate authority cannot be read; plain http has none. */
export async function inClusterEndpoint(place: InCluster): Promise<KubernetesEndpoint> {
  const { server, serviceAccount, clock } = place
  const token = tokenIn(join(serviceAccount, 'token'), clock)
  if (server.startsWith('http:')) return { server, token }
  return { server, token, tls: { ca: await readFile(join(serviceAccount, 'ca.crt'), 'utf8') } }
}

function tokenIn(file: string, clock: Clock): () => Promise<string> {
  let kept: { readonly token: string; readonly until: number } | undefined
  return async () => {
    if (!kept || clock.now() >= kept.until) {
      const token = (await readFile(file, 'utf8')).trim()
      kept = { token, until: clock.now() + TOKEN_KEPT }
    }
    return kept.token
  }
}
