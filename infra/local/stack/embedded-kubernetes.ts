// Kubernetes of GKE clusters by the embedded engine: API server, scheduler, kubelets and Deployments in this process.
import { AGENT_USER } from '../../../shared/manifests/agent.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'
import type { CallHooks } from '../kubernetes/call-gate.ts'
import { type KubernetesEngine, kubernetesEngine } from '../kubernetes/engine.ts'
import { launchOf, type Profile } from '../profile.ts'
import { endpointFaults, followQuotaConflicts, podFailure } from './cluster-faults.ts'
import type { KubernetesBackEnd } from './cluster-kubernetes.ts'
import { putFunctionsRights } from './functions-identity.ts'

/** Puts a cluster's Kubernetes where others reach it. */
export type Expose = (engine: KubernetesEngine, name: string) => Promise<Exposed>

export interface Exposed {
  readonly endpoint: string
  stop(): Promise<void>
}

/** Without `expose` only this process reaches the engines. */
export function embeddedKubernetes(
  options: Pick<CallHooks, 'onCall'> & {
    readonly clock: Clock
    readonly profile: Profile
    readonly expose?: Expose | undefined
  },
): KubernetesBackEnd {
  const { clock, profile, expose = unexposed, onCall = () => undefined } = options
  const engines = new Map<string, KubernetesEngine>()
  const start: KubernetesBackEnd['start'] = async (cluster, faults) => {
    const { name, project, location } = cluster
    const engine = kubernetesEngine({
      clock,
      onCall,
      before: endpointFaults(faults, cluster),
      establishMs: profile.definitionServed,
    })
    const gke = engine.face('system:masters')
    await putFunctionsRights(gke, cluster.maker)
    const forget = followQuotaConflicts(faults, cluster, engine)
    const exposed = await expose(engine, `${name}.${project}.${location}.gke.goog`)
    const companions = engine.startCompanions({
      delays: {
        imagePullMs: (pod) => profile.imagePull(launchOf(pod)),
        podStartMs: () => profile.podStart,
        retryMs: (tries) => profile.podRetry(tries),
      },
      fail: podFailure(faults),
    })
    engines.set(exposed.endpoint, engine)
    return {
      endpoint: exposed.endpoint,
      gke,
      agent: engine.face(AGENT_USER),
      outside: (serviceAccount): Kubernetes => engine.face(serviceAccount),
      async stop() {
        engines.delete(exposed.endpoint)
        forget()
        await exposed.stop()
        companions.stop()
        engine.stop()
      },
    }
  }
  return { start, engines }
}

async function unexposed(_engine: KubernetesEngine, name: string): Promise<Exposed> {
  return { endpoint: name, stop: async () => {} }
}
