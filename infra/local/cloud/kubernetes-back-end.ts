// The Kubernetes of the cloud process: engines, each on a port where the functions' process reaches it.
import type { EngineClock } from '../clock.ts'
import type { KubernetesEngine } from '../kubernetes/engine.ts'
import { kubernetesServer } from '../kubernetes/http/server.ts'
import type { Profile } from '../profile.ts'
import type { KubernetesBackEnd } from '../stack/cluster-kubernetes.ts'
import { embeddedKubernetes, type Exposed } from '../stack/embedded-kubernetes.ts'

export function kubernetesBackEnd(options: {
  readonly clock: EngineClock
  readonly profile: Profile
}): KubernetesBackEnd {
  const { clock } = options
  return embeddedKubernetes({ ...options, expose: (engine) => exposed(engine, clock) })
}

async function exposed(engine: KubernetesEngine, clock: EngineClock): Promise<Exposed> {
  // Whoever sits at this machine may look with kubectl; Kindling's own parts come with a token each.
  const server = await kubernetesServer(engine, clock, { withoutToken: 'system:admin' })
  return { endpoint: new URL(server.url).host, stop: () => server.stop() }
}
