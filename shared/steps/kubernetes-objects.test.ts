import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { CallError } from '../call-error.ts'
import { createOrGet } from './kubernetes-objects.ts'

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
    const kubernetes = engine.face('admin')
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
    const kubernetes = engine.face('admin')
    await kubernetes.create(namespace)
    await kubernetes.create(quota('0'))
    await clock.advance(1000)
    await expect(createOrGet(kubernetes, clock, pod)).rejects.toSatisfy(
      (error) => error instanceof CallError && error.kind === 'denied',
    )
    engine.stop()
  })
})
