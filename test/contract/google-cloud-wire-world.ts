// The simulated Google Cloud behind its wire faces, reached through the production clients, in real time sped up.
import { gkeClient } from '../../shared/clients/gke.ts'
import { networkClient } from '../../shared/clients/network.ts'
import { localTokens } from '../../shared/clients/token-source.ts'
import { realClock } from '../../infra/local/clock.ts'
import { googleCloudEngine } from '../../infra/local/google-cloud/google-cloud-engine.ts'
import { computeServer } from '../../infra/local/google-cloud/wire/compute-server.ts'
import { containerServer } from '../../infra/local/google-cloud/wire/container-server.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { profile } from '../../infra/local/profile.ts'
import type { GoogleCloudWorld } from './google-cloud-world.ts'

const WORKSPACE = {
  account: 'acme',
  workspace: 'contract',
  project: 'demo-contract',
  region: 'europe-west4',
  serviceAccount: 'kindling@demo-contract.iam.gserviceaccount.com',
}

/** A cluster takes about a second. Slower than the calls, so that what runs can be seen running. */
const SPEED = 300

/** Between two looks. */
const WAIT_MS = 10

export async function wireWorld(): Promise<GoogleCloudWorld> {
  const clock = realClock(1)
  const random = (): number => clock.random()
  const engine = googleCloudEngine({
    clock,
    profile: profile({ speed: SPEED, random }),
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
  const container = await containerServer(engine)
  const compute = await computeServer(engine, random)
  const gke = gkeClient({ tokenOf: localTokens, endpoint: container.address })
  const network = networkClient({ tokenOf: localTokens, rootUrl: compute.url })
  return {
    gke: gke.open(WORKSPACE),
    network: network.open(WORKSPACE),
    project: WORKSPACE.project,
    region: WORKSPACE.region,
    wait: () => clock.sleep(WAIT_MS),
    async close() {
      await gke.close()
      container.stop()
      await compute.stop()
      await engine.stop()
      clock.stop()
    },
  }
}
