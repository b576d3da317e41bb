// Whatever a fault has broken, the cloud itself stays whole: once it is cleared, everything can be removed, and no machine
// and no quota is left over.
import { expect, it } from 'vitest'
import { CallError } from '../../../../shared/call-error.ts'
import { clusterOf, poolOf } from '../../../../test/contract/google-cloud-world.ts'
import { executorPod, executorPool } from '../../../../test/google-cloud/executor-pods.ts'
import { CALLER, CLUSTER, unitCloud, ZONES } from '../../../../test/google-cloud/unit-cloud.ts'
import { faultCatalog, faultNames } from './fault-catalog.ts'

const MINUTE = 60_000
type Cloud = Awaited<ReturnType<typeof unitCloud>>

/** What its required parameters are given; everything else is left out. */
const NEEDED: Readonly<Record<string, unknown>> = {
  metric: 'INSTANCES',
  limit: 1,
  seconds: 700,
  perMinute: 1,
}

function parametersOf(name: keyof typeof faultCatalog): Record<string, unknown> {
  const shape = Object.entries(faultCatalog[name].parameters.shape)
  const required = shape.filter(([, schema]) => !schema.safeParse(undefined).success)
  return Object.fromEntries(required.map(([key]) => [key, NEEDED[key]]))
}

/** Refusals are what faults are for; anything else is a fault of ours. */
async function attempt(call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (!(error instanceof CallError)) throw error
  }
}

/** A cluster, pools with and without nodes, pods that want nodes, and a pool that goes. */
async function busyHour(cloud: Cloud, request: ReturnType<typeof clusterOf>): Promise<void> {
  const { gke, clock } = cloud
  await attempt(() => gke.createCluster(request))
  await clock.advance(40 * MINUTE)
  await attempt(() => gke.createNodePool(CLUSTER, executorPool()))
  await attempt(() => gke.createNodePool(CLUSTER, poolOf('p', { initialNodeCount: 1 })))
  await clock.advance(5 * MINUTE)
  const kubernetes = cloud.started(CLUSTER)
  const face = kubernetes?.face('system:admin')
  const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark' } }
  await face?.create(space)
  for (const name of ['e-0', 'e-1', 'e-2']) await face?.create(executorPod(name, { owner: '' }))
  await clock.advance(20 * MINUTE)
  await attempt(() => gke.deleteNodePool(CLUSTER, 'p'))
  await clock.advance(10 * MINUTE)
}

it.each(faultNames)('%s', async (name) => {
  const cloud = await unitCloud()
  const { faults, quotas } = cloud.engine
  const request = clusterOf(CLUSTER, await cloud.makeNetwork(), ZONES, CALLER.project)
  const empty = cloud.engine.list()

  await attempt(() => faults.setGiven(name, parametersOf(name)))
  await busyHour(cloud, request)
  await attempt(() => faults.setGiven(name, parametersOf(name)))
  await cloud.clock.advance(10 * MINUTE)
  faults.clear()
  await cloud.clock.advance(60 * MINUTE)
  await attempt(() => cloud.gke.deleteCluster(CLUSTER))
  await cloud.clock.advance(30 * MINUTE)

  expect(cloud.engine.list()).toEqual(empty)
  const used = quotas.read(CALLER.project, CALLER.region)
  expect(used.filter(({ usage }) => usage !== 0)).toEqual([])
  await cloud.engine.stop()
})
