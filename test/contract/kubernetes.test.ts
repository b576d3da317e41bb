// The Kubernetes contract on the in-process engine.
import { realClock } from '../../infra/local/clock.ts'
import { type EngineOptions, kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { kubernetesContract } from './kubernetes-contract.ts'

const delays = {
  imagePullMs: () => 4,
  podStartMs: () => 2,
  podStopMs: () => 5,
  orphanedMs: () => 20,
}

const onEngine = (seed: number, times: Partial<EngineOptions>) => async () => {
  const clock = realClock(seed)
  const engine = kubernetesEngine({ clock, ...times })
  engine.startCompanions({ delays })
  return {
    kubernetes: engine.face('system:admin'),
    clock,
    async close() {
      engine.stop()
      clock.stop()
    },
  }
}

kubernetesContract('engine', onEngine(1, {}))
kubernetesContract(
  'engine whose controllers take their time',
  onEngine(2, { controllerMs: 15, bookmarkMs: 20 }),
)
