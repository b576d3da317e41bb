// The Kubernetes of the cloud process, as its parent has chosen it; where the functions' process reaches it.
import type { Clock } from '../../../shared/ports.ts'
import { programFile, programFiles } from '../../kubernetes/program-files.ts'
import type { KubernetesEngine } from '../kubernetes/engine.ts'
import { kubernetesServer } from '../kubernetes/http/server.ts'
import type { Profile } from '../profile.ts'
import type { KubernetesBackEnd } from '../stack/cluster-kubernetes.ts'
import { embeddedKubernetes, type Exposed } from '../stack/embedded-kubernetes.ts'
import { externalKubernetes } from '../stack/external-kubernetes.ts'
import { managedKubernetes } from '../stack/managed-kubernetes.ts'
import type { RealOptions } from '../stack/real-cluster.ts'
import type { CloudSettings } from './settings.ts'

interface BackEndOptions extends Pick<CloudSettings, 'kubernetes' | 'folder'> {
  readonly clock: Clock
  readonly profile: Profile
  /** A part that is needed has ended. */
  readonly failed: RealOptions['failed']
}

/** Throws `ProgramsMissingError`. */
export function kubernetesBackEnd(options: BackEndOptions): KubernetesBackEnd {
  const { kubernetes, clock, profile } = options
  switch (kubernetes) {
    case 'embedded':
      return embeddedKubernetes({ clock, profile, expose: (engine) => exposed(engine, clock) })
    case 'managed':
      return managedKubernetes({ ...options, programs: programFiles(process.env) })
    case 'external':
      return externalKubernetes({ ...options, kwok: programFile('kwok', process.env) })
  }
}

async function exposed(engine: KubernetesEngine, clock: Clock): Promise<Exposed> {
  // Whoever sits at this machine may look with kubectl; Kindling's own parts come with a token each.
  const server = await kubernetesServer(engine, clock, { withoutToken: 'system:admin' })
  return { endpoint: new URL(server.url).host, stop: () => server.stop() }
}
