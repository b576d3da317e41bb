// A real control plane for tests: API server, scheduler and controllers from the programs on this machine; the kubelets are
// the simulated ones, which speak to it as they do to the embedded engine.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '../../infra/local/clock.ts'
import { startKubelet } from '../../infra/local/kubernetes/companions/kubelet.ts'
import {
  type ControlPlane,
  startControlPlane,
} from '../../infra/kubernetes/control-plane/control-plane.ts'
import { programFiles } from '../../infra/kubernetes/program-files.ts'
import { kubernetesClient } from '../../shared/clients/kubernetes.ts'
import type { Kubernetes } from '../../shared/ports.ts'
import type { KubernetesHarness } from '../contract/kubernetes-subject.ts'

export interface RealKubernetes extends KubernetesHarness {
  readonly plane: ControlPlane
  /** The port on one more API server of the same control plane. */
  anotherServer(): Promise<Kubernetes>
}

const delays = {
  imagePullMs: () => 4,
  podStartMs: () => 2,
  podStopMs: () => 5,
  orphanedMs: () => 20,
}

/** Throws when the programs are not on this machine. */
export async function realKubernetes(): Promise<RealKubernetes> {
  const clock = realClock(1)
  const folder = await mkdtemp(join(tmpdir(), 'kindling-contract-'))
  const plane = await startControlPlane({ clock, programs: programFiles(process.env), folder })
  // A thousand calls at once wait for their turn.
  const client = kubernetesClient({ clock, deadlineMs: 120_000 })
  const { server, ca, tokens } = plane
  const open = (token: string, at = { server, ca }) =>
    client.open({ server: at.server, tls: { ca: at.ca }, token: async () => token })
  const kubernetes = open(tokens.bootstrap)
  const stopped = new AbortController()
  const { signal } = stopped
  startKubelet({ kubernetes, clock, signal, parallel: 32, delays })
  return {
    kubernetes,
    clock,
    plane,
    async anotherServer() {
      const other = await plane.anotherServer()
      return open(tokens.bootstrap, other)
    },
    rest: { url: server, ca, token: tokens.bootstrap },
    patienceMs: 120_000,
    async close() {
      stopped.abort(new Error('the tests have run'))
      client.close()
      await plane.stop()
      clock.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
