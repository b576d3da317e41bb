// Faults inside a GKE cluster, as the whole stack meets them, on a virtual clock.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from '../../../test/loop/fixture.ts'
import { labelKeys } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { FaultBoard } from '../google-cloud/faults/fault-board.ts'

const MINUTE = 60_000
let loop: Loop
let faults: FaultBoard

beforeEach(async () => {
  loop = await startLoop()
  faults = loop.stack.data.cloud.faults
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await loop.reach(WORKSPACE, 'RUNNING')
})
afterEach(() => loop.stop())

const request = (): Promise<string> =>
  loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1'))

function pods(role: 'driver' | 'executor'): KubernetesObject[] {
  const [engine] = loop.stack.data.clusters.values()
  return (engine?.snapshot('v1', 'Pod') ?? []).filter(
    ({ metadata }) => metadata.labels?.[labelKeys.role] === role,
  )
}

const shown = (role: 'driver' | 'executor'): string => JSON.stringify(pods(role))

describe('faults of pods', () => {
  it('an image that cannot be pulled holds the pods until the fault is cleared', async () => {
    await faults.set('image-pull', { image: 'executor-of-nobody' })
    await faults.set('image-pull')
    await request()
    await loop.clock.advance(6 * MINUTE)
    expect(shown('driver')).toContain('ImagePullBackOff')
    expect(shown('executor')).toContain('ImagePullBackOff')
    faults.clear('image-pull')
    await loop.clock.advance(6 * MINUTE)
    expect(shown('driver')).not.toContain('ImagePullBackOff')
  })

  it('only the driver crashes, where the fault says so', async () => {
    await faults.set('crash-loop', { role: 'driver', exitCode: 137, message: 'out of memory' })
    await request()
    const hasCrashed = (): boolean => shown('driver').includes('"exitCode":137')
    await loop.clock.until('the driver crashed', hasCrashed, 10 * MINUTE)
    expect(shown('executor')).not.toContain('CrashLoopBackOff')
  })
})

describe('faults between Kindling and the cluster', () => {
  it('an endpoint that does not answer delays a launch, and agents go on', async () => {
    await faults.set('kubernetes-unreachable')
    await request()
    await loop.clock.advance(5 * MINUTE)
    expect((await loop.entity(CLUSTER))?.state).toBe('PENDING')
    expect(faults.list()[0]?.struck).toBeGreaterThan(0)
    faults.clear()
    await loop.reach(CLUSTER, 'RUNNING')
  })

  it('too many requests, and conflicts on parallel creates, do not stop a launch (rule *quota-conflict*)', async () => {
    await faults.set('kubernetes-rate-limit', { times: 3 })
    await faults.set('quota-conflict', { parallel: 2, writeMs: 20 })
    await request()
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ executors: { ready: 10 } })
    expect(faults.list()).toMatchObject([{ name: 'quota-conflict' }])
  })

  it('an API server that says when to come back is not called before, and then the launch goes on', async () => {
    await faults.set('kubernetes-rate-limit', { retryAfter: 120 })
    await request()
    await loop.clock.advance(2 * MINUTE)
    expect(faults.list()[0]?.struck).toBe(1)
    faults.clear()
    await loop.reach(CLUSTER, 'RUNNING', 5 * MINUTE)
  })

  it("GKE's own quota bounds the pods of a namespace, and cannot be removed", async () => {
    await faults.set('namespace-quota', { pods: 6 })
    await request()
    await loop.clock.advance(5 * MINUTE)
    // One is the driver.
    expect(pods('executor')).toHaveLength(5)
    const [engine] = loop.stack.data.clusters.values()
    const quotas = (): KubernetesObject[] =>
      (engine?.snapshot('v1', 'ResourceQuota') ?? []).filter(
        ({ metadata }) => metadata.name === 'gke-resource-quotas',
      )
    const { name, namespace = '' } = quotas()[0]?.metadata ?? { name: '' }
    const ref = { apiVersion: 'v1', kind: 'ResourceQuota', namespace, name }
    await engine?.face('system:admin').delete(ref)
    await loop.clock.advance(1000)
    expect(quotas().map(({ metadata }) => metadata.namespace)).toContain(namespace)
    faults.clear()
    const isWhole = (): boolean => pods('executor').length === 10
    await loop.clock.until('ten executors', isWhole, 30 * MINUTE)
    expect(quotas()).toEqual([])
  })

  it('an agent that is not heard costs time alone', async () => {
    await faults.set('agent-silent')
    await request()
    await loop.clock.advance(6 * MINUTE)
    expect(faults.list()[0]?.struck).toBeGreaterThan(0)
    faults.clear()
    await loop.reach(CLUSTER, 'RUNNING')
  })
})

const run = async (): Promise<string[]> => {
  const other = await startLoop({}, 5)
  await other.stack.data.cloud.faults.set('unavailable', { chance: 0.2 })
  await other.stack.data.cloud.faults.set('operation-fails', { chance: 0.2 })
  await other.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await other.clock.advance(30 * MINUTE)
  await other.stop()
  return other.stack.data.cloud.list()
}

it('the same seed and the same faults give the same run', async () => {
  expect(await run()).toEqual(await run())
})
