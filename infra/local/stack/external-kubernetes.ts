// Kubernetes of one GKE cluster by somebody's own cluster, the one that their kubeconfig points to: with simulated nodes that a
// kwok of this run plays. What the run makes is found by its mark and its prefix, and taken away in the end.
import type { Clock } from '../../../shared/ports.ts'
import { mkdtemp } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { CallError } from '../../../shared/call-error.ts'
import { endpointOf } from '../../../shared/clients/kubeconfig.ts'
import { kubernetesClient } from '../../../shared/clients/kubernetes.ts'
import { functionsRightsObjects } from '../../kubernetes/control-plane/rights.ts'
import { kwokFlags } from '../../kubernetes/control-plane/program-flags.ts'
import { checkExternal } from '../../kubernetes/external/guard.ts'
import { withOwnNodes } from '../../kubernetes/external/own-nodes.ts'
import { removeRemains, RUN_LABEL } from '../../kubernetes/external/remains.ts'
import { startChild } from '../child-process.ts'
import { randomSuffix } from '../google-cloud/identifiers.ts'
import { freePort } from '../loopback/free-port.ts'
import type { ClusterKubernetes, KubernetesBackEnd } from './cluster-kubernetes.ts'
import { realCluster, type RealCluster, type RealOptions, STAGES } from './real-cluster.ts'

export interface ExternalOptions extends RealOptions {
  /** The file of the program. */
  readonly kwok: string
}

/** Clusters of others judge nodes by their leases. */
const LEASE_SECONDS = 40

export function externalKubernetes(options: ExternalOptions): KubernetesBackEnd {
  let isTaken = false
  return {
    engines: new Map(),
    async start(cluster, faults) {
      if (isTaken)
        throw new CallError(
          'unavailable',
          'an external Kubernetes stands for one GKE cluster at a time: delete the workspace that has it',
        )
      isTaken = true
      const free = (): void => void (isTaken = false)
      try {
        return await startIn(options, { cluster, faults }, free)
      } catch (error) {
        free()
        throw error
      }
    },
  }
}

/** Throws `invalid` where the kubeconfig's cluster may not be used; `KUBECONFIG` and the like say which it is. */
export function checkKubeconfig(clock: Clock): Promise<void> {
  return inExternal(clock, checkExternal)
}

/** Takes away what a run has left, whoever of it still works. */
export function cleanKubeconfig(clock: Clock): Promise<void> {
  return inExternal(clock, (_, kubernetes) => removeRemains(kubernetes, clock))
}

async function inExternal(clock: Clock, work: typeof checkExternal): Promise<void> {
  const endpoint = await endpointOf({})
  const client = kubernetesClient({ clock })
  try {
    await work(endpoint, client.open(endpoint))
  } finally {
    client.close()
  }
}

async function startIn(
  options: ExternalOptions,
  { cluster, faults }: Pick<RealCluster, 'cluster' | 'faults'>,
  free: () => void,
): Promise<ClusterKubernetes> {
  const { clock } = options
  await checkKubeconfig(clock)
  const endpoint = await endpointOf({})
  const prefix = `kindling-${randomSuffix(() => clock.random(), 8)}`
  const folder = await mkdtemp(join(options.folder, `${prefix}-`))
  const flags = kwokFlags({
    stages: STAGES,
    kubeconfig: process.env['KUBECONFIG'] || join(homedir(), '.kube', 'config'),
    port: await freePort(clock),
    plays: prefix,
    leaseSeconds: LEASE_SECONDS,
  })
  const words = [options.kwok, ...flags]
  const kwok = await startChild({ name: 'kwok', words, isGuarded: true }, folder, clock)
  const running = await realCluster(options, {
    cluster,
    faults,
    asGke: endpoint,
    asFrontDoor: endpoint,
    processes: [kwok],
    nodeSelector: `${RUN_LABEL}=${prefix}`,
    wrap: (gke) => withOwnNodes(gke, prefix),
    cleanUp: (gke) => removeRemains(gke, clock),
    async end() {
      await kwok.stop()
      free()
    },
  })
  for (const { metadata, ...rights } of functionsRightsObjects(`${prefix}-functions`)) {
    const labels = { [RUN_LABEL]: prefix }
    await running.gke.create({ ...rights, metadata: { ...metadata, labels } })
  }
  return { ...running, isForeign: true }
}
