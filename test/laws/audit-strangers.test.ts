// Somebody else's things beside ours, in every place that the audit looks at: without a mark, with a part of it, with
// another workspace's, or with ours copied on to them. However often the audit comes, they stay.
import { expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import type { Subject } from '../../shared/domain/plan.ts'
import { Run } from '../../shared/domain/run.ts'
import { runPath } from '../../shared/domain/paths.ts'
import {
  clusterMark,
  type Labels,
  resourceMark,
  workspaceMark,
} from '../../shared/manifests/labels.ts'
import type { Gke, Network } from '../../shared/google-ports.ts'
import { clusterOf, poolOf } from '../contract/google-cloud-world.ts'
import { type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { askForWorkspace, inCloud } from '../loop/whole.ts'

const OURS = { account: 'acme', workspace: 'analytics' }
const THEIRS = [
  { account: 'acme', workspace: 'research' },
  { account: 'other', workspace: 'analytics' },
]

/** Every mark but a whole one of ours, by a word for it. */
function marks(markOf: (of: typeof OURS) => Labels): Readonly<Record<string, Labels>> {
  const whole = Object.entries(markOf(OURS))
  const partly = whole.map(([key]) => [
    `part-${key.replaceAll(/[^a-z]/g, '-')}-1`,
    Object.fromEntries(whole.filter(([other]) => other !== key)),
  ])
  return {
    'none-1': {},
    ...Object.fromEntries(THEIRS.map((of, at) => [`other-${at}-1`, markOf(of)])),
    ...Object.fromEntries(partly),
    // Copied: the name is not the one that this life would have.
    copied: markOf(OURS),
  }
}

async function identity({ stack }: Loop): Promise<Subject['identity']> {
  const run = Run.parse((await stack.store.get(runPath(WORKSPACE, 1)))?.data)
  if (!('plan' in run) || !run.plan) throw new Error('the workspace has no plan')
  return run.plan.subject.identity
}

async function strangersInCompute({ clock }: Loop, network: Network): Promise<void> {
  let id = 0
  const nextId = (): string => `00000000-0000-4000-8000-${String(++id).padStart(12, '0')}`
  const described = marks((of) => resourceMark(of, 1))
  for (const [name, labels] of Object.entries(described)) {
    const description = JSON.stringify(labels)
    await network.insert('networks', { name, description, autoCreateSubnetworks: false }, nextId())
    await clock.advance(minutes(1))
    const place = { name, description, network: `global/networks/${name}` }
    const denied = [{ IPProtocol: 'all' }]
    const rule = {
      direction: 'INGRESS' as const,
      priority: 900,
      denied,
      sourceRanges: ['0.0.0.0/0'],
    }
    await network.insert('firewalls', { ...place, ...rule }, nextId())
    await network.insert('routers', { ...place, nats: [] }, nextId())
    const range = { ipCidrRange: '10.9.0.0/24', privateIpGoogleAccess: true }
    await network.insert('subnetworks', { ...place, ...range }, nextId())
  }
  const byHand = { name: 'by-hand-1', description: 'kindling', autoCreateSubnetworks: false }
  await network.insert('networks', byHand, nextId())
  await clock.advance(minutes(1))
}

async function strangersInGke(
  { clock }: Loop,
  gke: Gke,
  { project, region }: Subject['identity'],
): Promise<void> {
  const [own] = await gke.listClusters()
  if (!own) throw new Error('the workspace has no GKE cluster')
  const ranges = { network: own.network ?? '', subnetwork: own.subnetwork ?? '' }
  const zones = ['a', 'b', 'c'].map((zone) => `${region}-${zone}`)
  for (const [name, labels] of Object.entries(marks((of) => resourceMark(of, 1)))) {
    await gke.createCluster({ ...clusterOf(name, ranges, zones, project), resourceLabels: labels })
    await clock.advance(minutes(10))
    const { config } = poolOf(name)
    await gke.createNodePool(
      own.name,
      poolOf(name, { config: { ...config, resourceLabels: labels } }),
    )
    await clock.advance(minutes(5))
  }
}

async function strangersInKubernetes({ stack }: Loop): Promise<void> {
  const [engine] = stack.data.clusters.values()
  const face = engine?.face('system:masters')
  const some = marks((of) => clusterMark({ ...of, cluster: 'etl' }, 1))
  // Not of a cluster, such as the one of Kindling's own services.
  const own = { 'services-1': workspaceMark(OURS, 1) }
  for (const [name, labels] of Object.entries({ ...some, ...own })) {
    await face?.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
  }
}

/** What is there, with the ids that tell a thing from one made again. */
function things(loop: Loop): string[] {
  const spaces = [...loop.stack.data.clusters].flatMap(([endpoint, engine]) =>
    engine
      .snapshot('v1', 'Namespace')
      .map(({ metadata: { name, uid } }) => `${endpoint} ${name} ${uid}`),
  )
  return [...inCloud(loop), ...spaces].toSorted()
}

it('what is not ours, or only looks like it, is never touched by an audit', async () => {
  const loop = await startLoop()
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  const who = await identity(loop)
  const { gke, network } = loop.stack.data.cloud.face(who)
  await strangersInGke(loop, gke, who)
  await strangersInCompute(loop, network)
  await strangersInKubernetes(loop)
  for (const { account, workspace } of THEIRS) {
    const topic = `pod-snapshot-${workspace}.${account}`
    await loop.stack.bus.createTopic(topic, resourceMark({ account, workspace }, 1))
  }
  await loop.clock.advance(minutes(5))
  const before = things(loop)
  expect(before.length).toBeGreaterThan(50)

  await loop.clock.advance(minutes(150))
  expect(things(loop)).toEqual(before)
  for (const { account, workspace } of THEIRS) {
    expect(await loop.stack.bus.getTopic(`pod-snapshot-${workspace}.${account}`)).toBeDefined()
  }
  expect(loop.logged.filter(({ message }) => message.includes('orphan'))).toEqual([])
  expect((await loop.entity(WORKSPACE))?.state).toBe('RUNNING')
  await loop.stop()
})
