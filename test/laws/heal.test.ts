// Whatever one thing of a workspace and its cluster somebody takes away, the audit makes it again, under its own name, and
// nothing besides it. The things are those of a launch, so that what a new step makes is covered too.
import { describe, expect, it } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import type { Subject } from '../../shared/domain/plan.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { NetworkCollection } from '../../shared/google-cloud.ts'
import type { KubernetesObject, ObjectRef } from '../../shared/manifests/object.ts'
import { MANAGED_BY, labelKeys } from '../../shared/manifests/labels.ts'
import { readMoment } from '../../shared/runtime/moment.ts'
import { CLUSTER, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { askForCluster, askForWorkspace, inCloud, inKubernetes } from '../loop/whole.ts'

/** What Kubernetes' own controllers and the agent make and renew. */
const RESTLESS = new Set(['Pod', 'Lease', 'ReplicaSet', 'Event', 'Node'])
/** One audit each of workspace and cluster, twice, and the work in between. */
const HEALED = minutes(95)

function ours({ stack }: Loop): KubernetesObject[] {
  return [...stack.data.clusters.values()].flatMap((engine) =>
    engine.api.registry
      .all()
      .filter(({ kind }) => !RESTLESS.has(kind))
      .flatMap(({ group, version, kind }) =>
        engine.snapshot(group === '' ? version : `${group}/${version}`, kind),
      )
      .filter(({ metadata }) => metadata.labels?.[labelKeys.managedBy] === MANAGED_BY),
  )
}

const nameOf = ({ kind, metadata }: KubernetesObject): string =>
  [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join(' ')
const uidOf = (loop: Loop, name: string): string | undefined =>
  ours(loop).find((object) => nameOf(object) === name)?.metadata.uid

/** As it is said, and as it is. */
async function isWell(loop: Loop, executors: number): Promise<boolean> {
  const cluster = await loop.cluster()
  const pods = inKubernetes(loop).filter((name) => name.includes('/'))
  if (pods.length !== executors + 1) return false
  return cluster.state === 'RUNNING' && cluster.executors.ready === executors && !cluster.reason
}

async function start(): Promise<Loop> {
  const loop = await startLoop()
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop, { count: 2, autoterminationMinutes: 0 })
  await loop.reach(CLUSTER, 'RUNNING')
  await loop.clock.until('all is well', () => isWell(loop, 2), minutes(10))
  return loop
}

describe('an object that is deleted in Kubernetes', () => {
  it('is made again, whichever it is', async () => {
    const loop = await start()
    const before = ours(loop).map(nameOf).toSorted()
    expect(before.length).toBeGreaterThan(20)
    for (const name of before) {
      const lost = ours(loop).find((object) => nameOf(object) === name)
      const [engine] = loop.stack.data.clusters.values()
      if (!lost || !engine) throw new Error(`${name} is not there to be deleted`)
      const { apiVersion, kind, metadata } = lost
      const ref: ObjectRef = {
        apiVersion,
        kind,
        name: metadata.name,
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      }
      await engine.face('system:masters').delete(ref)
      const isBack = async (): Promise<boolean> => {
        const uid = uidOf(loop, name)
        return uid !== undefined && uid !== metadata.uid && (await isWell(loop, 2))
      }
      await loop.clock.until(`${name} is back`, isBack, HEALED)
    }
    await loop.clock.advance(minutes(5))
    expect(ours(loop).map(nameOf).toSorted()).toEqual(before)
    expect((await loop.entity(WORKSPACE))?.state).toBe('RUNNING')
    await loop.stop()
  }, 120_000)
})

/** As the customer's own administrator, to whom Google Cloud says that a thing is in use. */
async function takeAway(loop: Loop, path: string): Promise<boolean> {
  const { gke, network } = loop.stack.data.cloud.face(await identityOf(loop))
  const [collection = '', name = ''] = path.split('/').slice(-2)
  const [cluster] = await gke.listClusters()
  try {
    if (collection === 'nodePools') await gke.deleteNodePool(cluster?.name ?? '', name)
    else if (collection === 'clusters') await gke.deleteCluster(name)
    else await network.delete(collection as NetworkCollection, name, crypto.randomUUID())
    return true
  } catch (error) {
    if (error instanceof CallError && error.kind === 'busy') return false
    throw error
  }
}

async function identityOf(loop: Loop): Promise<Subject['identity']> {
  const moment = await readMoment(loop.stack.store, WORKSPACE)
  const run = moment?.run.value
  if (!run || !('plan' in run) || !run.plan) throw new Error('the workspace has no plan')
  return run.plan.subject.identity
}

describe('a resource that is deleted in Google Cloud', () => {
  it('is made again, whichever it is', async () => {
    const loop = await start()
    const before = inCloud(loop).toSorted()
    const taken: string[] = []
    for (const path of before.filter((each) => !each.endsWith('/nodePools/system')).toReversed()) {
      if (!(await takeAway(loop, path))) continue
      taken.push(path)
      await loop.clock.until(`${path} is gone`, () => !inCloud(loop).includes(path), minutes(20))
      const isBack = async (): Promise<boolean> =>
        before.every((each) => inCloud(loop).includes(each)) && (await isWell(loop, 2))
      await loop.clock.until(`${path} is back`, isBack, HEALED)
    }
    await loop.clock.advance(minutes(5))
    const kinds = taken.map((path) => path.split('/').at(-2))
    expect(new Set(kinds)).toEqual(new Set(['routers', 'nodePools', 'firewalls', 'clusters']))
    expect(inCloud(loop).toSorted()).toEqual(before)
    await loop.stop()
  }, 120_000)
})
