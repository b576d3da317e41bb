// Pods that Kindling makes itself, and what becomes of them: nobody else makes a bare pod again. For each index there is
// one live pod, however its predecessors ended, and whoever works at the same time.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { around } from '../../shared/around.ts'
import type { StepPorts } from '../../shared/steps/step.ts'
import { type ClusterLab, clusterLab, likenessOf, namesOf } from './cluster-lab.ts'
import { converge } from './converge.ts'

const EXECUTORS = ['executor-0001-1', 'executor-0002-1', 'executor-0003-1']

describe.each([
  ['driver', ['driver-1'], ['driver-1-r1'], ['driver-1-r2']],
  [
    'executors',
    EXECUTORS,
    ['executor-0001-1-r1', ...EXECUTORS.slice(1)],
    ['executor-0001-1-r2', ...EXECUTORS.slice(1)],
  ],
] as const)('a dead pod of the %s', (name, whole, again, thrice) => {
  it.each(['Failed', 'Succeeded'] as const)(
    'spot: %s, it keeps its name and counts as gone; the next incarnation takes its place',
    async (phase) => {
      const lab = await clusterLab(name)
      const before = await lab.pods()
      expect(namesOf(before)).toEqual(whole)
      await lab.kill(before[0], phase)
      expect(await lab.look()).toBe('partial')
      await converge(lab, 'up', 'again')
      const after = await lab.pods()
      expect(namesOf(after)).toEqual(again)
      expect(after.map(likenessOf)).toEqual(before.map(likenessOf))

      await lab.kill(after[0])
      await converge(lab, 'up', 'again')
      expect(namesOf(await lab.pods())).toEqual(thrice)
      await converge(lab, 'down')
      expect(await lab.pods()).toEqual([])
      await lab.stop()
    },
  )

  it('is removed with the live ones', async () => {
    const lab = await clusterLab(name)
    await lab.kill((await lab.pods())[0])
    await converge(lab, 'down')
    expect(await lab.pods()).toEqual([])
    await lab.stop()
  })

  it('and its successor, both alive after a race, end as one', async () => {
    const lab = await clusterLab(name)
    const [pod] = await lab.pods()
    await lab.gke().create(renamed(pod, again[0]))
    expect(await lab.look()).toBe('partial')
    await converge(lab, 'up', 'again')
    expect(namesOf(await lab.pods())).toEqual(whole)
    await lab.stop()
  })

  it('is made again once, where another attempt does the same at any moment in between', async () => {
    const calls = await callsToHeal(name)
    expect(calls).toBeGreaterThan(1)
    for (let pause = 1; pause <= calls; pause++) {
      const lab = await clusterLab(name)
      await lab.kill((await lab.pods())[0])
      const slow = paused(lab, pause)
      const late = lab.drive(lab.step.apply(slow.ports, lab.input))
      await slow.reached
      await converge(lab, 'up', 'again')
      slow.resume()
      await late
      // The look that counts is made after the last hand that could still act (protocol rule 3).
      await converge(lab, 'up', 'again')
      expect(namesOf(await lab.pods()), `paused at call ${pause}`).toEqual(again)
      await lab.stop()
    }
  })
})

describe('a batch of executors', () => {
  it('is removed whole, by whatever wish it was last asked for', async () => {
    const lab = await clusterLab('executors')
    const fewer = { ...lab.input, last: 1 }
    await converge({ ...lab, input: fewer }, 'down')
    expect(await lab.look()).toBe('absent')
    expect(await lab.pods()).toEqual([])
    await lab.stop()
  })

  it('spot: that shrank and grows again numbers its pods as before', async () => {
    const lab = await clusterLab('executors')
    await converge({ ...lab, input: { ...lab.input, last: 1 } }, 'up', 'again')
    expect(namesOf(await lab.pods())).toEqual(EXECUTORS.slice(0, 1))
    await converge(lab, 'up', 'again')
    expect(namesOf(await lab.pods())).toEqual(EXECUTORS)
    await lab.stop()
  })

  it('looks at nothing when it is first made, and never at a pod by itself', async () => {
    const lab = await clusterLab('executors')
    await converge(lab, 'down')
    lab.faults.record()
    await lab.drive(lab.step.apply(lab.ports(), lab.input, true))
    expect(lab.faults.calls().map(({ method }) => method)).toEqual(['create', 'create', 'create'])
    await lab.stop()
  })

  it('quota-conflict: that finds its own quota full of what is going waits, and fails nothing', async () => {
    const lab = await clusterLab('executors')
    const { pod } = lab.input as { pod: { namespace: string } }
    const { namespace } = pod
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: 'cluster' }
    const allow = async (pods: string): Promise<void> => {
      await lab.gke().patch(quota, { spec: { hard: { pods } } })
      await lab.rest()
    }
    await allow('2')
    await lab.kill((await lab.pods())[0])
    const answer = await lab.drive(lab.step.apply(lab.ports(), lab.input))
    expect(answer).toMatchObject({ is: 'pending', lookIn: 15_000 })
    await allow('8')
    await converge(lab, 'up', 'again')
    expect(namesOf(await lab.pods())).toEqual(['executor-0001-1-r1', ...EXECUTORS.slice(1)])
    await lab.stop()
  })

  it('whose custom resource was made again is no stranger: its pods are collected, and made anew', async () => {
    const lab = await clusterLab('executors')
    const { pod } = lab.input as {
      pod: { owner: { name: string; uid: string }; namespace: string }
    }
    const ref = {
      apiVersion: 'kindling.dev/v1',
      kind: 'SparkCluster',
      namespace: pod.namespace,
      name: pod.owner.name,
    }
    const before = await lab.gke().get(ref)
    if (!before) throw new Error('there is no custom resource')
    await lab.gke().delete(ref)
    const { uid: _uid, resourceVersion: _version, ...metadata } = before.metadata
    const { uid } = (await lab.gke().create({ ...before, metadata })).metadata
    const next = { ...lab.input, pod: { ...pod, owner: { ...pod.owner, uid } } }
    expect(await lab.look(next)).toBe('leaving')
    await converge({ ...lab, input: next }, 'up', 'again')
    await lab.rest()
    const owners = (await lab.pods()).map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)
    expect(owners).toEqual([uid, uid, uid])
    await lab.stop()
  })
})

function renamed(pod: KubernetesObject | undefined, name: string | undefined): KubernetesObject {
  if (!pod || name === undefined) throw new Error('there is no such pod')
  const { uid: _uid, resourceVersion: _version, ...metadata } = pod.metadata
  return { ...pod, metadata: { ...metadata, name } }
}

async function callsToHeal(name: string): Promise<number> {
  const lab = await clusterLab(name)
  await lab.kill((await lab.pods())[0])
  lab.faults.record()
  await lab.drive(lab.step.apply(lab.ports(), lab.input))
  const calls = lab.faults.calls().length
  await lab.stop()
  return calls
}

interface Paused {
  readonly ports: StepPorts
  readonly reached: Promise<void>
  resume(): void
}

/** Ports that stop before their nth call until they are told to go on. */
function paused(lab: ClusterLab, nth: number): Paused {
  const reached = Promise.withResolvers<void>()
  const resumed = Promise.withResolvers<void>()
  let calls = 0
  const ports = lab.ports()
  return {
    ports: {
      ...ports,
      kubernetes: (endpoint) =>
        around('kubernetes', ports.kubernetes(endpoint), async (_call, proceed) => {
          if (++calls === nth) {
            reached.resolve()
            await resumed.promise
          }
          return proceed()
        }),
    },
    reached: reached.promise,
    resume: () => resumed.resolve(),
  }
}
