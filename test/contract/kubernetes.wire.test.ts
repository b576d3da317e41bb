// The Kubernetes contract through the production client, on the engine's wire face.
import { realClock } from '../../infra/local/clock.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { kubernetesServer } from '../../infra/local/kubernetes/http/server.ts'
import { kubernetesClient } from '../../shared/clients/kubernetes.ts'
import { kubernetesContract } from './kubernetes-contract.ts'

const delays = {
  imagePullMs: () => 4,
  podStartMs: () => 2,
  podStopMs: () => 5,
  orphanedMs: () => 20,
}

kubernetesContract('client on the wire face', async () => {
  const clock = realClock(1)
  const engine = kubernetesEngine({ clock, bookmarkMs: 50 })
  engine.startCompanions({ delays })
  const server = await kubernetesServer(engine, clock)
  const client = kubernetesClient({ clock })
  return {
    kubernetes: client.open({ server: server.url, token: async () => 'contract' }),
    clock,
    async close() {
      client.close()
      await server.stop()
      engine.stop()
      clock.stop()
    },
  }
})
