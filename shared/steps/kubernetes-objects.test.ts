import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { CallError } from '../call-error.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import { bringTo, createOrGet } from './kubernetes-objects.ts'

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } }
const quota = (pods: string) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'q', namespace: 'n' },
  spec: { hard: { pods } },
})
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'n' },
  spec: { containers: [{ name: 'c', image: 'i' }] },
}

describe('creating an object', () => {
  it('waits until the quota of a new namespace has been counted', async () => {
    const clock = virtualClock()
    const engine = kubernetesEngine({ clock, controllerMs: 400 })
    const kubernetes = engine.face('system:admin')
    await kubernetes.create(namespace)
    await clock.advance(1000)
    await kubernetes.create(quota('10'))
    await expect(kubernetes.create(pod)).rejects.toThrow('status unknown for quota')
    const made = createOrGet(kubernetes, clock, pod)
    await clock.advance(10_000)
    expect((await made).metadata.uid).toBeDefined()
    engine.stop()
  })

  it('does not wait where the quota is used up: that is an answer', async () => {
    const clock = virtualClock()
    const engine = kubernetesEngine({ clock })
    const kubernetes = engine.face('system:admin')
    await kubernetes.create(namespace)
    await kubernetes.create(quota('0'))
    await clock.advance(1000)
    await expect(createOrGet(kubernetes, clock, pod)).rejects.toSatisfy(
      (error) => error instanceof CallError && error.kind === 'denied',
    )
    engine.stop()
  })
})

describe('bringing an object to what is wanted', () => {
  const mark = { owner: 'us' }
  const wanted = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 's', namespace: 'n', labels: mark },
    automountServiceAccountToken: false,
  }
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', name: 's', namespace: 'n' }

  async function start(labels: Readonly<Record<string, string>>) {
    const clock = virtualClock()
    const engine = kubernetesEngine({ clock })
    const kubernetes = engine.face('system:admin')
    await kubernetes.create(namespace)
    const metadata = { ...wanted.metadata, labels }
    const known = await kubernetes.create({
      ...wanted,
      metadata,
      automountServiceAccountToken: true,
    })
    const bring = (seen?: KubernetesObject) => bringTo(kubernetes, clock, wanted, mark, seen)
    return { engine, kubernetes, known, bring }
  }

  it('mends it, though somebody wrote it since it was seen, and keeps what they wrote', async () => {
    const { engine, kubernetes, known, bring } = await start(mark)
    await kubernetes.patch(ref, { metadata: { annotations: { theirs: 'kept' } } })
    const after = await bring(known)
    expect(after).toMatchObject({
      metadata: { uid: known.metadata.uid, annotations: { theirs: 'kept' } },
      automountServiceAccountToken: false,
    })
    engine.stop()
  })

  it('makes it, where it was deleted since it was seen', async () => {
    const { engine, kubernetes, known, bring } = await start(mark)
    await kubernetes.delete(ref)
    expect((await bring(known)).metadata.uid).not.toBe(known.metadata.uid)
    engine.stop()
  })

  it('leaves it alone where it is not ours', async () => {
    const { engine, kubernetes, known, bring } = await start({ owner: 'them' })
    expect(await bring()).toEqual(known)
    expect(await kubernetes.get(ref)).toEqual(known)
    engine.stop()
  })
})
