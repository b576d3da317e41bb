// The simulated Google Cloud on a clock that moves only when the suite waits, with its in-process face or behind its wire
// faces and the production clients. Either way what runs stays running until the suite looks again: nothing to race with.
import { virtualClock } from '../../infra/local/clock.ts'
import { googleCloudEngine } from '../../infra/local/google-cloud/google-cloud-engine.ts'
import { computeServer } from '../../infra/local/google-cloud/wire/compute-server.ts'
import { containerServer } from '../../infra/local/google-cloud/wire/container-server.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { profile } from '../../infra/local/profile.ts'
import { gkeClient } from '../../shared/clients/gke.ts'
import { networkClient } from '../../shared/clients/network.ts'
import { localTokens } from '../../shared/clients/token-source.ts'
import type { GoogleCloudWorld } from './google-cloud-world.ts'

const WORKSPACE = {
  account: 'acme',
  workspace: 'contract',
  project: 'demo-contract',
  region: 'europe-west4',
  serviceAccount: 'kindling@demo-contract.iam.gserviceaccount.com',
}

/** How far the clock moves between two looks. */
const STEP_MS = 500

function contractEngine() {
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
  const { project, region } = WORKSPACE
  return { clock, engine, project, region, wait: () => clock.advance(STEP_MS) }
}

export async function engineWorld(): Promise<GoogleCloudWorld> {
  const { engine, project, region, wait } = contractEngine()
  return { ...engine.face(WORKSPACE), project, region, wait, close: () => engine.stop() }
}

export async function wireWorld(): Promise<GoogleCloudWorld> {
  const { clock, engine, project, region, wait } = contractEngine()
  const container = await containerServer(engine)
  const compute = await computeServer(engine, () => clock.random())
  const gke = gkeClient({ tokenOf: localTokens, endpoint: container.address })
  const network = networkClient({ tokenOf: localTokens, rootUrl: compute.url })
  return {
    gke: gke.open(WORKSPACE),
    network: network.open(WORKSPACE),
    project,
    region,
    wait,
    async close() {
      await gke.close()
      container.stop()
      await compute.stop()
      await engine.stop()
    },
  }
}
