// The Kubernetes contract on the in-process engine.
import { realClock } from '../../infra/local/clock.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { kubernetesContract } from './kubernetes-contract.ts'

const delays = {
  imagePullMs: () => 4,
  podStartMs: () => 2,
  podStopMs: () => 5,
  orphanedMs: () => 20,
}

kubernetesContract('engine', async () => {
  const clock = realClock(1)
  const engine = kubernetesEngine({ clock })
  engine.startCompanions({ delays })
  return {
    kubernetes: engine.face('contract'),
    clock,
    async close() {
      engine.stop()
      clock.stop()
    },
  }
})

kubernetesContract('engine whose controllers take their time', async () => {
  const clock = realClock(2)
  const engine = kubernetesEngine({ clock, controllerMs: 15, bookmarkMs: 20 })
  engine.startCompanions({ delays })
  return {
    kubernetes: engine.face('contract'),
    clock,
    async close() {
      engine.stop()
      clock.stop()
    },
  }
})
