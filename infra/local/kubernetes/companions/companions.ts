// Everything beside the API server that a cluster needs to run pods: scheduler, kubelets, Deployment controller.
// Each works through the `Kubernetes` port alone, so they also serve a real API server that has none.
import type { Clock, Kubernetes } from '../../../../shared/ports.ts'
import { stoppableClock } from '../timers.ts'
import { startDeployments } from './deployments.ts'
import { startKubelet, type KubeletStart } from './kubelet.ts'
import { startScheduler } from './scheduler.ts'

export interface CompanionOptions extends Pick<KubeletStart, 'delays' | 'fail'> {
  readonly clock: Clock
  /** The port, under the identity of each companion. */
  readonly face: (user: string) => Kubernetes
  /** Calls at a time of each companion. Default 32. */
  readonly parallel?: number
}

export interface Companions {
  stop(): void
}

export function startCompanions(options: CompanionOptions): Companions {
  const { face, delays, fail, parallel = 32 } = options
  const clock = stoppableClock(options.clock)
  const controller = new AbortController()
  const start = (user: string) => ({
    kubernetes: face(user),
    clock,
    signal: controller.signal,
    parallel,
  })
  startScheduler(start('system:kube-scheduler'))
  startKubelet({ ...start('system:nodes'), delays, fail })
  startDeployments(start('system:serviceaccount:kube-system:deployment-controller'))
  return {
    stop() {
      controller.abort(new Error('the companions were stopped'))
      clock.stop()
    },
  }
}
