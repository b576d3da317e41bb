// Kubernetes of GKE clusters by real control planes on this machine, one for each: kube-apiserver, kube-scheduler and
// kube-controller-manager on an etcd, with kwok's nodes.
import type { Clock } from '../../../shared/ports.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KubernetesEndpoint } from '../../../shared/clients/kubernetes-connection.ts'
import { kubernetesClient } from '../../../shared/clients/kubernetes.ts'
import {
  type ControlPlane,
  startControlPlane,
} from '../../kubernetes/control-plane/control-plane.ts'
import type { Identity } from '../../kubernetes/control-plane/identities.ts'
import { putRights } from '../../kubernetes/control-plane/rights.ts'
import type { ProgramFiles } from '../../kubernetes/program-files.ts'
import type { KubernetesBackEnd } from './cluster-kubernetes.ts'
import { realCluster, type RealOptions, STAGES } from './real-cluster.ts'

export interface ManagedOptions extends RealOptions {
  readonly programs: ProgramFiles
}

export function managedKubernetes(options: ManagedOptions): KubernetesBackEnd {
  const { clock, programs } = options
  return {
    engines: new Map(),
    async start(cluster, faults) {
      const folder = await mkdtemp(join(options.folder, `kubernetes-${cluster.name}-`))
      const plane = await startControlPlane({ clock, programs, folder, stages: STAGES })
      const end = async (): Promise<void> => {
        await plane.stop()
        await rm(folder, { recursive: true, force: true })
      }
      try {
        await furnish(plane, clock)
        return await realCluster(options, {
          cluster,
          faults,
          asGke: endpointAs(plane, 'gke'),
          asFrontDoor: endpointAs(plane, 'frontDoor'),
          processes: plane.processes,
          end,
        })
      } catch (error) {
        await end()
        throw error
      }
    },
  }
}

function endpointAs({ server, ca, tokens }: ControlPlane, identity: Identity): KubernetesEndpoint {
  return { server, tls: { ca }, token: async () => tokens[identity] }
}

async function furnish(plane: ControlPlane, clock: Clock): Promise<void> {
  const client = kubernetesClient({ clock })
  try {
    await putRights(client.open(endpointAs(plane, 'bootstrap')))
  } finally {
    client.close()
  }
}
