// Kubernetes of GKE clusters by real control planes on this machine, one for each: kube-apiserver, kube-scheduler and
// kube-controller-manager on an etcd, with kwok's nodes. Callers from outside come in through a front door, as at GKE.
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type KubernetesClient, kubernetesClient } from '../../../shared/clients/kubernetes.ts'
import type { Kubernetes } from '../../../shared/ports.ts'
import {
  type ControlPlane,
  startControlPlane,
} from '../../kubernetes/control-plane/control-plane.ts'
import { GRANTED_GROUP, putRights } from '../../kubernetes/control-plane/rights.ts'
import { agentTokens } from '../../kubernetes/agent-tokens.ts'
import { openFrontDoor } from '../../kubernetes/front-door.ts'
import { directPods } from '../../kubernetes/kwok/pod-director.ts'
import type { ProgramFiles } from '../../kubernetes/program-files.ts'
import { type Child, tailOf } from '../child-process.ts'
import type { EngineClock } from '../clock.ts'
import { stoppableClock } from '../kubernetes/timers.ts'
import { launchOf, type Profile } from '../profile.ts'
import { podFailure } from './cluster-faults.ts'
import type { ClusterKubernetes, KubernetesBackEnd } from './cluster-kubernetes.ts'
import { PartFailedError } from './part-failed.ts'
import { frontDoorFaults } from './front-door-faults.ts'

export interface ManagedOptions {
  readonly clock: EngineClock
  readonly profile: Profile
  readonly programs: ProgramFiles
  /** For each cluster's logs and data; the cluster's part is removed with it. */
  readonly folder: string
  /** A program has ended that is needed. */
  readonly failed: (error: PartFailedError) => void
}

const STAGES = fileURLToPath(new URL('../../kubernetes/kwok/stages.yaml', import.meta.url))
const PREFIX = 'kindling'

export function managedKubernetes(options: ManagedOptions): KubernetesBackEnd {
  const { clock, programs } = options
  return {
    engines: new Map(),
    async start(cluster, faults) {
      const folder = await mkdtemp(join(options.folder, `kubernetes-${cluster.name}-`))
      const plane = await startControlPlane({ clock, programs, folder, stages: STAGES })
      const client = kubernetesClient({ clock })
      try {
        return await furnished({ ...options, folder, plane, client }, cluster, faults)
      } catch (error) {
        client.close()
        await plane.stop()
        throw error
      }
    },
  }
}

interface Furnishing extends ManagedOptions {
  readonly plane: ControlPlane
  readonly client: KubernetesClient
}

/** What a cluster of GKE's has beside its control plane. */
async function furnished(
  { clock: given, profile, plane, client, folder, failed }: Furnishing,
  ...[cluster, faults]: Parameters<KubernetesBackEnd['start']>
): Promise<ClusterKubernetes> {
  const { server, ca, tokens } = plane
  const open = (token: () => Promise<string>, at = server): Kubernetes =>
    client.open({ server: at, tls: { ca }, token })
  await putRights(
    open(async () => tokens.bootstrap),
    PREFIX,
  )
  const gke = open(async () => tokens.gke)
  const door = await openFrontDoor({
    server,
    ca,
    token: tokens.frontDoor,
    groups: [GRANTED_GROUP],
    before: frontDoorFaults(faults, cluster, given),
  })
  const clock = stoppableClock(given)
  const stopped = new AbortController()
  directPods({
    kubernetes: gke,
    clock,
    signal: stopped.signal,
    delays: {
      imagePullMs: (pod) => profile.imagePull(launchOf(pod)),
      podStartMs: () => profile.podStart,
      retryMs: (tries) => profile.podRetry(tries),
    },
    fail: podFailure(faults),
  })
  const tellOfEnd = async ({ name, ended, logFile }: Child): Promise<void> => {
    const how = await ended
    if (stopped.signal.aborted) return
    const what = `${name} of ${cluster.path} ended (${how}): start the stack again`
    failed(new PartFailedError(what, await tailOf(logFile)))
  }
  for (const child of plane.processes) void tellOfEnd(child)
  return {
    endpoint: door.endpoint,
    gke,
    agent: open(agentTokens({ server, ca, token: tokens.gke }, given)),
    outside: (serviceAccount) => open(async () => serviceAccount, `http://${door.endpoint}`),
    async stop() {
      stopped.abort(new Error('the cluster is deleted'))
      clock.stop()
      await door.stop()
      client.close()
      await plane.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
