// The simulated Google Cloud with its in-process face, on a clock that moves when the suite waits.
import { virtualClock } from '../../infra/local/clock.ts'
import { googleCloudEngine } from '../../infra/local/google-cloud/google-cloud-engine.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { profile } from '../../infra/local/profile.ts'
import type { GoogleCloudWorld } from './google-cloud-world.ts'

const IDENTITY = {
  project: 'demo-contract',
  region: 'europe-west4',
  serviceAccount: 'kindling@demo-contract.iam.gserviceaccount.com',
}

/** How far the clock moves between two looks. */
const STEP_MS = 500

export async function engineWorld(): Promise<GoogleCloudWorld> {
  const clock = virtualClock()
  const engine = googleCloudEngine({
    clock,
    profile: profile({ random: () => clock.random() }),
    auditLog: () => undefined,
    startKubernetes: async ({ name }) => {
      const kubernetes = kubernetesEngine({ clock })
      return {
        endpoint: `${name}.gke.goog`,
        kubernetes: kubernetes.face('system:admin'),
        stop: async () => kubernetes.stop(),
      }
    },
  })
  return {
    ...engine.face(IDENTITY),
    project: IDENTITY.project,
    region: IDENTITY.region,
    wait: () => clock.advance(STEP_MS),
    close: () => engine.stop(),
  }
}
