// The embedded engine behind its wire face, for tests. Scheduler and kubelets come over the wire too, as they would to a
// real API server.
import { realClock } from '../../infra/local/clock.ts'
import { startCompanions } from '../../infra/local/kubernetes/companions/companions.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { kubernetesServer } from '../../infra/local/kubernetes/http/server.ts'
import { kubernetesClient } from '../../shared/clients/kubernetes.ts'
import type { Kubernetes } from '../../shared/ports.ts'
import type { KubernetesHarness } from './kubernetes-subject.ts'

const delays = {
  imagePullMs: () => 4,
  podStartMs: () => 2,
  podStopMs: () => 5,
  orphanedMs: () => 20,
}

export async function wireKubernetes(): Promise<KubernetesHarness> {
  const clock = realClock(1)
  const engine = kubernetesEngine({ clock, bookmarkMs: 50 })
  const server = await kubernetesServer(engine, clock)
  const client = kubernetesClient({ clock })
  const face = (user: string): Kubernetes =>
    client.open({ server: server.url, token: async () => user })
  const companions = startCompanions({ clock, face, delays })
  return {
    kubernetes: face('system:admin'),
    rest: { url: server.url, token: 'system:admin' },
    clock,
    async close() {
      companions.stop()
      client.close()
      await server.stop()
      engine.stop()
      clock.stop()
    },
  }
}
