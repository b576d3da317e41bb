// Numbers that the data plane is judged by, printed: what an end of a large cluster and of a workspace leave behind.
import { afterEach, expect, it } from 'vitest'
import { labelKeys } from '../../shared/manifests/labels.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { aroundWorld } from '../../shared/around.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { ask } from './lifecycle.ts'
import { askForCluster, askForWorkspace, inCloud, inKubernetes } from './whole.ts'

let loop: Loop | undefined
afterEach(() => loop?.stop())

const EXECUTORS = 100

/** Spark pods that want a node, or have one, and were not told to go. */
function wanting({ stack }: Loop): number {
  const pods = [...stack.data.clusters.values()].flatMap((engine) => [
    ...engine.snapshot('v1', 'Pod'),
  ])
  return pods.filter(
    ({ metadata }) => metadata.labels?.[labelKeys.role] && !metadata.deletionTimestamp,
  ).length
}

const machines = (of: Loop): number =>
  inCloud(of, true).filter((path) => path.includes('/instances/')).length

it.each([
  ['while its nodes are on their way', 'PENDING'],
  ['while it runs', 'RUNNING'],
])(
  'tail: terminate of 100 executors, %s, asks for no node any more after one pass',
  async (when, state) => {
    const calls: string[] = []
    const running = await startLoop({
      wrapWorld: (world) =>
        aroundWorld(world, async ({ port, method, args }, proceed) => {
          const [of] = args as readonly { kind?: string }[]
          const isPods = port === 'kubernetes' && of?.kind === 'Pod'
          if (isPods && method.startsWith('delete')) calls.push(method)
          return proceed()
        }),
    })
    loop = running
    await askForWorkspace(running)
    await running.reach(WORKSPACE, 'RUNNING')
    await running.clock.advance(minutes(2))
    const before = machines(running)
    await askForCluster(running, { count: EXECUTORS })
    const areAsked = async (): Promise<boolean> => machines(running) - before > EXECUTORS
    await running.clock.until('a machine for each', areAsked, minutes(30))
    await running.reach(CLUSTER, state)
    const from = running.clock.now()
    await ask(running, 'end', { action: 'terminate' })
    await running.clock.until('nothing wanted', async () => wanting(running) === 0, seconds(30))
    const took = running.clock.now() - from
    await running.reach(CLUSTER, 'TERMINATED')
    await running.clock.until(
      'no machine left',
      async () => machines(running) === before,
      minutes(30),
    )
    const tail = Math.round((running.clock.now() - from) / seconds(1))
    process.stdout.write(
      `terminate of ${EXECUTORS} executors ${when}: no pod wants a node after ${took} ms and ${calls.length} call; its last machine is gone after ${tail} s\n`,
    )
    expect(calls).toEqual(['deleteAll'])
    expect(inKubernetes(running)).toEqual([])
  },
)

const PROJECT = 'acme-analytics-dev'
const REGION = 'europe-west4'
const REQUEST = '6f1c1a52-3d0e-4a53-9a55-0a8c5f0b7f11'
const owner = {
  account: 'acme',
  workspace: 'analytics',
  project: PROJECT,
  region: REGION,
  serviceAccount: 'owner@acme-analytics-dev.iam.gserviceaccount.com',
}

/** All that the project has, with all that is to be known of each thing, and what it uses of its quotas. */
async function projectOf({ stack }: Loop): Promise<string> {
  const { gke, network } = stack.data.cloud.face(owner)
  const collections = ['networks', 'subnetworks', 'routers', 'firewalls'] as const
  return JSON.stringify({
    paths: stack.data.cloud.list(),
    compute: await Promise.all(collections.map((collection) => network.list(collection))),
    clusters: await gke.listClusters(),
    quotas: stack.data.cloud.quotas.read(PROJECT, REGION).filter(({ usage }) => usage > 0),
    kubernetes: [...stack.data.clusters.keys()],
  })
}

it('a workspace that is made, used and deleted leaves its project byte for byte as it was', async () => {
  const running = await startLoop()
  loop = running
  const { network } = running.stack.data.cloud.face(owner)
  // A project that is not empty tells more.
  const name = 'by-hand'
  await network.insert('networks', { name, autoCreateSubnetworks: false }, REQUEST)
  await running.clock.advance(minutes(2))
  const before = await projectOf(running)
  expect(before).toContain(name)

  await askForWorkspace(running)
  await running.reach(WORKSPACE, 'RUNNING')
  await askForCluster(running, { count: 10 })
  await running.reach(CLUSTER, 'RUNNING')
  const between = await projectOf(running)
  const change = { action: 'delete', force: true }
  const asked = event('workspace-change-requested', 'w-gone', { change })
  await running.stack.publish('workspace-change-requested', asked)
  await running.reach(WORKSPACE, 'NOT_PROVISIONED')
  await running.clock.advance(minutes(10))
  const after = await projectOf(running)
  process.stdout.write(
    `a project before, with and after a workspace: ${before.length}, ${between.length}, ${after.length} bytes; the same: ${before === after}\n`,
  )
  expect(after).toBe(before)
})
