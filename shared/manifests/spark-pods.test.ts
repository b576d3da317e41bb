// The rules that real GKE sets for the pods of a Spark cluster, by name (gke-launch-rules).
import { describe, expect, it } from 'vitest'
import { machineType } from '../catalog/machine-types.ts'
import { podSize, type PodSize } from '../domain/sizing.ts'
import { driverPod } from './driver-pod.ts'
import { executorPod, type ExecutorPodInput } from './executor-pod.ts'
import type { JsonObject, KubernetesObject } from './object.ts'
import { priorityClasses } from './priority-classes.ts'
import { type PodPart, SCRATCH, sparkPod } from './spark-pod.ts'

function sizeOf(name: string, role: 'driver' | 'executor'): PodSize {
  const type = machineType(name)
  const size = type && podSize(type, role)
  if (!size || 'reason' in size) throw new Error(`no size for ${name}`)
  return size
}

const shared = {
  account: 'acme',
  workspace: 'prod',
  cluster: 'etl',
  life: 1,
  epoch: 1,
  namespace: 'kdl-etl-abcdefgh-1',
  owner: { name: 'spark-etl-1', uid: 'uid-1' },
  image: 'registry/spark@sha256:abc',
  pool: 'n2-standard-8',
  zone: 'europe-west4-a',
}
const executorInput: ExecutorPodInput = {
  ...shared,
  index: 1,
  spot: false,
  size: sizeOf('n2-standard-8', 'executor'),
}
const executor = (more: Partial<ExecutorPodInput> = {}): KubernetesObject =>
  executorPod({ ...executorInput, ...more })
const driverInput = {
  ...shared,
  size: sizeOf('n2-standard-8', 'driver'),
  executorSize: executorInput.size,
}
const driver = driverPod(driverInput)
const warmDriver = driverPod({ ...driverInput, isWarm: true })

const classes = new Map(priorityClasses({}).map((each) => [each.metadata.name, each]))
const classOf = (pod: KubernetesObject) => classes.get(pod.spec?.['priorityClassName'] as string)
const priorityOf = (pod: KubernetesObject): number => Number(classOf(pod)?.['value'])

const containersOf = (pod: KubernetesObject) => pod.spec?.['containers'] as readonly JsonObject[]
const firstOf = (pod: KubernetesObject): JsonObject => containersOf(pod)[0] ?? {}
function preStopOf(pod: KubernetesObject): readonly string[] {
  const lifecycle = firstOf(pod)['lifecycle'] as { preStop: { exec: { command: string[] } } }
  return lifecycle.preStop.exec.command
}
const textOf = (value: unknown): string => JSON.stringify(value)

/** Sums requests of all containers, in the units that the builders write. */
function requestsOf(pod: KubernetesObject) {
  const sum = { cpuMilli: 0, memoryMib: 0 }
  for (const container of containersOf(pod)) {
    const { requests } = container['resources'] as { requests: Record<string, string> }
    sum.cpuMilli += Number(requests['cpu']?.replace(/m$/, ''))
    sum.memoryMib += Number(requests['memory']?.replace(/Mi$/, ''))
  }
  return sum
}

describe('executor pods', () => {
  it('like-pods: differ in name and index annotation only', () => {
    const [first, ...others] = [1, 2, 1000].map((index) => executor({ index }))
    for (const other of others) {
      expect(other.spec).toEqual(first?.spec)
      expect(other.metadata.labels).toEqual(first?.metadata.labels)
      expect(other.metadata.ownerReferences).toEqual(first?.metadata.ownerReferences)
    }
    expect(others.map(({ metadata }) => metadata.name)).toEqual([
      'executor-0002-1',
      'executor-1000-1',
    ])
    expect(others[1]?.metadata.annotations?.['kindling.dev/index']).toBe('1000')
  })

  it('like-pods: those of a later growth are alike to those of the start but for their name', () => {
    const [first, grown] = [executor(), executor({ life: 7 })]
    expect(grown.metadata.name).toBe('executor-0001-7')
    expect({ ...grown, metadata: { ...grown.metadata, name: '' } }).toEqual({
      ...first,
      metadata: { ...first.metadata, name: '' },
    })
  })

  it('spark-topology: wait for the Master before the Worker starts, and are ready once registered', () => {
    const worker = firstOf(executor())
    expect(textOf(worker['command'])).toMatch(/until .*\/dev\/tcp\/driver\/7077.*exec .*Worker/)
    expect(textOf(worker['command'])).toContain(`spark://driver:7077`)
    expect(textOf(worker['readinessProbe'])).toContain('masterurl')
  })

  it('spark-topology: a Worker offers the CPUs and heap of its size', () => {
    expect(textOf(firstOf(executor())['command'])).toContain('--cores 8 --memory 19351m')
  })

  it('spot: decommission on SIGPWR within the notice', () => {
    const pod = executor({ spot: true })
    expect(pod.spec?.['terminationGracePeriodSeconds']).toBe(15)
    expect(textOf(firstOf(pod)['lifecycle'])).toMatch(/kill -PWR 1; .*seq 13/)
  })

  it('tail: whoever has no executor to wait for is let go before its notice is over', () => {
    const [, , script = ''] = preStopOf(executor())
    const asks = /grep -qs "(.*?)" \/proc/.exec(script)?.[1] ?? ''
    // The shell that asks must not find itself.
    expect(new RegExp(asks).test(script)).toBe(false)
    expect(
      new RegExp(asks).test('java org.apache.spark.executor.CoarseGrainedExecutorBackend'),
    ).toBe(true)
  })

  it('spot: made again beside a dead pod, it has another name and nothing else', () => {
    const again = executor({ incarnation: 2 })
    expect(again.metadata.name).toBe('executor-0001-1-r2')
    expect({ ...again, metadata: { ...again.metadata, name: '' } }).toEqual({
      ...executor(),
      metadata: { ...executor().metadata, name: '' },
    })
  })

  it('zone: without one, any zone of the pool will do', () => {
    const { zone: _zone, ...anywhere } = executorInput
    expect(executorPod(anywhere).spec?.['nodeSelector']).toEqual({
      'kindling.dev/pool': 'n2-standard-8',
    })
  })
})

const podOf = (parts: readonly PodPart[]): KubernetesObject =>
  sparkPod(executorInput, {
    role: 'executor',
    name: 'executor-0001-1',
    terminationGracePeriodSeconds: 30,
    parts,
  })

describe('what comes beside Spark in a pod', () => {
  it('is one more entry: its containers and volumes are added, and nothing else changes', () => {
    const beside = { containers: [{ name: 'beside' }], volumes: [{ name: 'own', emptyDir: {} }] }
    const worker = { containers: [{ name: 'worker' }] }
    const alone = podOf([worker, SCRATCH])
    const { containers, volumes, ...rest } = podOf([worker, SCRATCH, beside]).spec ?? {}
    expect(containers).toEqual([...worker.containers, ...beside.containers])
    expect(volumes).toEqual([...(SCRATCH.volumes ?? []), ...beside.volumes])
    const { containers: _containers, volumes: _volumes, ...restAlone } = alone.spec ?? {}
    expect(rest).toEqual(restAlone)
  })
})

describe('the driver pod', () => {
  it('spark-topology: Master and Connect server, each with its readiness', () => {
    expect(containersOf(driver).map((container) => container['name'])).toEqual([
      'master',
      'connect',
    ])
    expect(containersOf(driver).map((container) => container['readinessProbe'])).toMatchObject([
      { tcpSocket: { port: 7077 } },
      { tcpSocket: { port: 15_002 } },
    ])
    expect(textOf(containersOf(driver)[1]?.['command'])).toContain(
      '--conf spark.executor.memory=19351m',
    )
  })

  it('is named for its life and incarnation', () => {
    expect(driver.metadata.name).toBe('driver-1')
  })

  it('goes before executors in the queue', () => {
    expect(priorityOf(driver)).toBeGreaterThan(priorityOf(executor()))
  })

  it.each([
    ['a driver', driver],
    ['a driver whose machines are kept warm', warmDriver],
    ['an executor', executor()],
  ])('%s pushes out no Spark pod, whoever it is', (_, pod) => {
    const isPreempting = classOf(pod)?.['preemptionPolicy'] !== 'Never'
    const others = [driver, warmDriver, executor()].filter(
      (other) => isPreempting && priorityOf(other) < priorityOf(pod),
    )
    expect(others).toEqual([])
  })

  it('takes the place of a placeholder where its machines are kept warm, as executors do', () => {
    expect(classOf(driver)).toMatchObject({ preemptionPolicy: 'Never' })
    const placeholder = Number(classes.get('kindling-warm')?.['value'])
    // Below -10 the autoscaler brings no node for a pod, and takes no heed of it.
    expect(placeholder).toBe(-10)
    for (const pod of [warmDriver, executor()]) {
      expect(classOf(pod)).toMatchObject({ preemptionPolicy: 'PreemptLowerPriority' })
      expect(priorityOf(pod)).toBeGreaterThan(placeholder)
    }
  })
})

describe.each([
  ['driver', driver],
  ['executor', executor()],
] as const)('every %s pod', (role, pod) => {
  it('like-pods: is controlled by the custom resource and safe from eviction', () => {
    expect(pod.metadata.ownerReferences).toEqual([
      expect.objectContaining({ kind: 'SparkCluster', uid: 'uid-1', controller: true }),
    ])
    expect(pod.metadata.annotations).toMatchObject({
      'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
    })
  })

  it('carries the mark and its role', () => {
    expect(pod.metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'kindling',
      'kindling.dev/account': 'acme',
      'kindling.dev/workspace': 'prod',
      'kindling.dev/cluster': 'etl',
      'kindling.dev/life': '1',
      'kindling.dev/role': role,
    })
  })

  it('zone: is placed by node selector, never by affinity, and tolerates its pool only', () => {
    expect(pod.spec).toMatchObject({
      nodeSelector: {
        'kindling.dev/pool': 'n2-standard-8',
        'topology.kubernetes.io/zone': 'europe-west4-a',
      },
      tolerations: [{ key: 'kindling.dev/pool', value: 'n2-standard-8', effect: 'NoSchedule' }],
    })
    expect(pod.spec).not.toHaveProperty('affinity')
    expect(pod.spec).not.toHaveProperty('topologySpreadConstraints')
  })

  it('room: requests the size of its role and has no CPU limit', () => {
    const { cpuMilli, memoryMib } = sizeOf('n2-standard-8', role)
    expect(requestsOf(pod)).toEqual({ cpuMilli, memoryMib })
    for (const container of containersOf(pod)) {
      const { limits, requests } = container['resources'] as Record<string, JsonObject>
      expect(limits).toEqual({ memory: requests?.['memory'] })
    }
  })

  it('is restricted: not root, no capabilities, no token, nothing shared', () => {
    expect(pod.spec).toMatchObject({
      restartPolicy: 'Always',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      shareProcessNamespace: false,
      serviceAccountName: role,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    })
    for (const container of containersOf(pod)) {
      expect(container['securityContext']).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
    expect(textOf(pod)).not.toMatch(/hostPath|hostNetwork|hostPID|privileged/)
  })
})
