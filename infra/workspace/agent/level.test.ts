import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PodLevel } from '../../../events/pod-snapshot.ts'
import { minutes } from '../../../shared/domain/time.ts'
import type { JsonObject, KubernetesObject } from '../../../shared/manifests/object.ts'
import { levelOf, meaningOf, type Sight } from './level.ts'
import { podFact, type PodFact } from './pod-fact.ts'
import { podGroup } from './pod-group.ts'

const NOW = Date.UTC(2026, 0, 1, 1)
const at = (ms: number): string => new Date(NOW - minutes(60) + ms).toISOString()

function pod(name: string, role: string, status: JsonObject): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: `uid-${name}`,
      namespace: 'ns',
      creationTimestamp: at(0),
      labels: { 'kindling.dev/role': role },
      ownerReferences: [
        {
          apiVersion: 'kindling.dev/v1',
          kind: 'SparkCluster',
          name: 'c',
          uid: 'o',
          controller: true,
        },
      ],
    },
    spec: { nodeName: `node-${name}` },
    status,
  }
}

function ofLife(life: number, of: KubernetesObject): KubernetesObject {
  const labels = { ...of.metadata.labels, 'kindling.dev/life': String(life) }
  return { ...of, metadata: { ...of.metadata, labels } }
}

const waiting = (reason: string, more: JsonObject = {}): JsonObject => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'worker', state: { waiting: { reason, message: 'why' } }, ...more }],
})
const ready = (ms: number): JsonObject => ({
  phase: 'Running',
  conditions: [
    { type: 'PodScheduled', status: 'True', lastTransitionTime: at(ms - 2) },
    { type: 'Ready', status: 'True', lastTransitionTime: at(ms) },
  ],
  containerStatuses: [{ name: 'worker', state: { running: { startedAt: at(ms - 1) } } }],
})

function sightOf(pods: readonly KubernetesObject[], more: Partial<Sight> = {}): Sight {
  const group = podGroup()
  for (const each of pods) {
    const fact = podFact(each)
    if (fact) group.put(fact)
  }
  return {
    pods: group,
    wanted: 1,
    stuck: false,
    activity: undefined,
    drainSeen: undefined,
    ...more,
  }
}
const levelFor = (...pods: KubernetesObject[]): PodLevel =>
  PodLevel.parse(levelOf(sightOf(pods), NOW, (node) => (node === 'node-a' ? NOW - 5 : undefined)))

describe('the driver', () => {
  it.each([
    ['absent', []],
    ['pending', [pod('d', 'driver', { phase: 'Pending' })]],
    ['pending', [pod('d', 'driver', { phase: 'Running' })]],
    ['ready', [pod('d', 'driver', ready(9))]],
    ['failed', [pod('d', 'driver', waiting('CrashLoopBackOff'))]],
    ['failed', [pod('d', 'driver', { phase: 'Failed' })]],
    [
      'pending',
      [pod('d', 'driver', { phase: 'Failed' }), pod('e', 'driver', { phase: 'Pending' })],
    ],
    ['ready', [pod('d', 'driver', { phase: 'Pending' }), pod('e', 'driver', ready(9))]],
  ] as const)('is %s', (state, pods) => {
    expect(levelFor(...pods).driver).toBe(state)
  })

  it('is absent while it is being deleted', () => {
    const leaving = pod('d', 'driver', ready(9))
    const metadata = { ...leaving.metadata, deletionTimestamp: at(10) }
    expect(levelFor({ ...leaving, metadata }).driver).toBe('absent')
  })
})

describe('executors', () => {
  it('that ended are no part of the total, those that cannot start are', () => {
    const level = levelFor(
      pod('a', 'executor', ready(9)),
      pod('b', 'executor', { phase: 'Pending' }),
      pod('c', 'executor', waiting('ErrImagePull')),
      pod('d', 'executor', { phase: 'Failed', reason: 'Evicted' }),
    )
    expect(level.executors).toEqual({ total: 3, ready: 1, failed: 2 })
  })

  it('of an earlier start are not counted, those of a growth since are', () => {
    const level = levelFor(
      ofLife(2, pod('old', 'driver', ready(9))),
      ofLife(2, pod('a', 'executor', ready(9))),
      ofLife(5, pod('new', 'driver', { phase: 'Pending' })),
      ofLife(5, pod('b', 'executor', { phase: 'Pending' })),
      ofLife(7, pod('c', 'executor', ready(9))),
    )
    expect(level).toMatchObject({ driver: 'pending', driverLife: 5 })
    expect(level.executors).toEqual({ total: 2, ready: 1, failed: 0 })
  })

  it('all count while no driver is there to tell the start by', () => {
    const level = levelFor(ofLife(2, pod('a', 'executor', ready(9))))
    expect(level.executors.total).toBe(1)
    expect(level).not.toHaveProperty('driverLife')
  })

  it('spot: one that died with its node is no part of the total, nor is one that succeeded or leaves', () => {
    const leaving = pod('c', 'executor', ready(9))
    const level = levelFor(
      pod('a', 'executor', { phase: 'Failed', reason: 'Terminated' }),
      pod('b', 'executor', { phase: 'Succeeded' }),
      { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: at(10) } },
    )
    expect(level.executors.total).toBe(0)
  })

  it('a container that is being created is no failure', () => {
    expect(levelFor(pod('a', 'executor', waiting('ContainerCreating'))).failures).toEqual([])
  })
})

describe('failures', () => {
  it('are the newest five', () => {
    const pods = Array.from({ length: 7 }, (_, index) =>
      pod(`p${index}`, 'executor', {
        phase: 'Failed',
        containerStatuses: [
          {
            name: 'worker',
            state: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: at(index) } },
          },
        ],
      }),
    )
    const { failures } = levelFor(...pods)
    expect(failures.map((failure) => failure.pod)).toEqual(['p6', 'p5', 'p4', 'p3', 'p2'])
    expect(failures[0]).toMatchObject({ reason: 'OOMKilled', message: 'exit code 137' })
  })

  it('say why a container crashed, and one name for both states of a failing pull', () => {
    const crashed = { lastState: { terminated: { reason: 'Error', finishedAt: at(7) } } }
    const { failures } = levelFor(
      pod('a', 'executor', waiting('CrashLoopBackOff', crashed)),
      pod('b', 'executor', waiting('ErrImagePull')),
    )
    expect(failures).toMatchObject([
      { pod: 'a', reason: 'CrashLoopBackOff', message: 'worker: why: Error' },
      { pod: 'b', reason: 'ImagePullBackOff', message: 'worker: why' },
    ])
  })

  it('fit their event however much a kubelet has to say', () => {
    const text = 'x'.repeat(5000)
    const status = { phase: 'Failed', reason: text, message: text }
    expect(levelFor(pod('a', 'executor', status)).failures[0]?.message).toHaveLength(512)
  })
})

describe('phases', () => {
  it('are when each was last reached, and the first pod when it was created', () => {
    const early = pod('a', 'executor', ready(50))
    const late = pod('b', 'executor', ready(90))
    const metadata = { ...late.metadata, creationTimestamp: at(3) }
    const from = NOW - minutes(60)
    expect(levelFor(early, { ...late, metadata }).phases).toEqual({
      firstPodCreatedAt: from,
      lastPodCreatedAt: from + 3,
      lastNodeReadyAt: NOW - 5,
      lastPodScheduledAt: from + 88,
      lastImagePulledAt: from + 89,
      lastPodReadyAt: from + 90,
    })
  })

  it('are left out where the times cannot be read', () => {
    const odd = pod('a', 'executor', ready(50))
    const metadata = { ...odd.metadata, creationTimestamp: 'yesterday' }
    expect(levelFor({ ...odd, metadata }).phases).not.toHaveProperty('firstPodCreatedAt')
  })
})

describe('meaning', () => {
  const idle = { runningJobs: 0, openSessions: 0, lastActiveAt: 1 }
  const pods = [pod('d', 'driver', ready(9)), pod('a', 'executor', ready(9))]
  const pointOf = (more: Partial<Sight>, some = pods): string =>
    meaningOf(sightOf(some, more)).point

  it('turns with driver, wholeness, failures, work and drain', () => {
    const points = [
      pointOf({}),
      pointOf({}, pods.slice(1)),
      pointOf({ wanted: 2 }),
      pointOf({}, [...pods, pod('b', 'executor', waiting('CrashLoopBackOff'))]),
      pointOf({ stuck: true }),
      pointOf({ activity: idle }),
      pointOf({ activity: { ...idle, runningJobs: 1 } }),
      pointOf({ drainSeen: 'idle-1' }),
    ]
    expect(new Set(points).size).toBe(points.length)
  })

  it('does not turn with how much work there is, nor with one pod more', () => {
    const busy = { ...idle, runningJobs: 1 }
    expect(pointOf({ activity: busy })).toBe(
      pointOf({ activity: { runningJobs: 9, openSessions: 3, lastActiveAt: 7 } }),
    )
    expect(pointOf({ wanted: 9 })).toBe(
      pointOf({ wanted: 9 }, [...pods, pod('b', 'executor', ready(9))]),
    )
  })
})

describe('a group of pods', () => {
  it('counts the same as one that was filled from the end result', () => {
    const states = fc.constantFrom('pending', 'ready', 'failing', 'ended', 'leaving')
    const change = fc.record({
      uid: fc.constantFrom('1', '2', '3', '4', '5'),
      role: fc.constantFrom('driver', 'executor'),
      life: fc.constantFrom(0, 1, 2),
      state: states,
      isGone: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const group = podGroup()
        const end = new Map<string, PodFact>()
        for (const { uid, role, life, state, isGone } of changes) {
          const failure = { reason: 'Crash', message: '', at: 0 }
          const isFailure = state === 'failing' || state === 'ended'
          const fact: PodFact = {
            uid,
            name: uid,
            owner: 'o',
            role,
            life,
            state,
            ...(isFailure ? { failure } : {}),
          }
          if (isGone) group.remove(uid)
          else group.put(fact)
          if (isGone) end.delete(uid)
          else end.set(uid, fact)
        }
        const fresh = podGroup()
        for (const fact of end.values()) fresh.put(fact)
        const ask = (of: typeof group) => [
          [of.driver(), of.driverLife(), of.executors()],
          [of.reasons(), of.isEmpty()],
        ]
        expect(ask(group)).toEqual(ask(fresh))
      }),
    )
  })
})
