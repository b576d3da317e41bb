// Somebody took our mark from an object that bounds a cluster's pods. What does not bear the mark is not ours to change, and
// no reason to end a cluster that runs: it is said, for people to mend.
import { expect, it } from 'vitest'
import { labelKeys } from '../../shared/manifests/labels.ts'
import { minutes } from '../../shared/domain/time.ts'
import { CLUSTER } from './fixture.ts'
import { ask, startRunning } from './lifecycle.ts'
import { inKubernetes } from './whole.ts'

it('a cluster runs on, its log says so, and its end takes the object along', async () => {
  const loop = await startRunning(2)
  await loop.clock.advance(minutes(2))
  const [engine] = loop.stack.data.clusters.values()
  const policies = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }
  const found = engine?.snapshot(policies.apiVersion, policies.kind) ?? []
  const policy = found.find(({ metadata: { labels } }) => labels?.[labelKeys.cluster] === 'etl')
  if (!engine || !policy) throw new Error('there is no policy')
  const { name, namespace = '' } = policy.metadata
  const labels = { [labelKeys.managedBy]: null }
  await engine
    .face('system:admin')
    .patch({ ...policies, name, namespace }, { metadata: { labels } })
  await loop.clock.advance(minutes(45))
  expect(await loop.cluster()).toMatchObject({
    state: 'RUNNING',
    executors: { requested: 2, ready: 2 },
  })
  const said = loop.logged.filter(({ message }) => message === 'thing has lost its mark')
  expect(said.length).toBeGreaterThan(0)
  expect(said[0]?.fields).toMatchObject({ path: CLUSTER, what: `NetworkPolicy "${name}"` })
  await ask(loop, 'end', { action: 'terminate' })
  await loop.reach(CLUSTER, 'TERMINATED')
  expect(inKubernetes(loop)).toEqual([])
  await loop.stop()
})
