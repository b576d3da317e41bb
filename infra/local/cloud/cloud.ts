// The customers' side of the stack on the wire: Google Cloud behind gRPC and REST, each GKE cluster's Kubernetes behind HTTP
// on a port of its own, the agents in them, and Cloud Scheduler. It goes on while the functions are killed and started.
import type { Clock, Bus, Log } from '../../../shared/ports.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import { busAsMember } from '../bus/bus-as-member.ts'
import { computeServer } from '../google-cloud/wire/compute-server.ts'
import { containerServer } from '../google-cloud/wire/container-server.ts'
import { loopbackServer } from '../loopback/loopback-server.ts'
import type { Profile } from '../profile.ts'
import { dataPlane } from '../stack/data-plane.ts'
import type { KubernetesBackEnd } from '../stack/cluster-kubernetes.ts'
import { startScheduler } from '../stack/scheduler.ts'
import { exposedSessions } from './agent-sessions.ts'
import { cloudRoutes } from './routes.ts'

export interface CloudOptions {
  readonly clock: Clock
  readonly profile: Profile
  readonly kubernetes: KubernetesBackEnd
  /** With the project's own rights: it may publish on every topic. */
  readonly bus: Bus
  readonly log: Log
}

export interface Cloud {
  /** `127.0.0.1:PORT`, gRPC without TLS. */
  readonly gke: string
  /** `http://127.0.0.1:PORT/`. */
  readonly compute: string
  /** `http://127.0.0.1:PORT`. */
  readonly control: string
  stop(): Promise<void>
}

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { clock, profile, kubernetes, bus, log } = options
  /** The one member that may publish on a topic: the emulator has no IAM. */
  const granted = new Map<string, string>()
  const publishersOf = (topic: string): string[] => {
    const member = granted.get(topic)
    return member === undefined ? [] : [member]
  }
  const say = (topic: string, value: unknown): void => {
    bus.publish(topic, { data: JSON.stringify(value), attributes: {} }).catch((error: unknown) => {
      log('ERROR', 'could not publish', { topic, error: textOf(error) })
    })
  }
  const data = dataPlane({
    clock,
    profile,
    log,
    busAs: (member) => busAsMember(bus, member, publishersOf),
    auditLog: (entry) => say('audit-log', entry),
    autoscalerLog: (entry) => say('autoscaler-log', entry),
    kubernetes,
    exposeSessions: (admit) => exposedSessions(admit, clock),
  })
  const [container, compute, control] = await Promise.all([
    containerServer(data.cloud),
    computeServer(data.cloud, () => clock.random()),
    loopbackServer(cloudRoutes(data, granted)),
  ])
  const stopTicks = startScheduler(clock, () => say('sweep', {}))
  return {
    gke: container.address,
    compute: compute.url,
    control: control.url,
    async stop() {
      stopTicks()
      container.stop()
      await Promise.all([compute.stop(), control.stop(), data.stop()])
    },
  }
}
