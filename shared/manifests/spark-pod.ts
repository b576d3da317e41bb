// What driver and executor pods have in common: owner, mark, place, security, scratch space. The pods differ in their
// containers only. Nothing in a spec, label or environment may depend on which executor a pod is (rule *like-pods*).
import type { ClusterIds } from '../domain/names.ts'
import type { PodSize, Resources, Role } from '../domain/sizing.ts'
import { annotationKeys, labelKeys, podMark } from './labels.ts'
import type { JsonObject, KubernetesObject } from './object.ts'
import { restrictedContainer, restrictedPod } from './pod-security.ts'
import { priorityClassName } from './priority-classes.ts'
import { ownedBy } from './spark-cluster.ts'

/** Fixed, because every pod has an address of its own. */
export const sparkPorts = {
  master: 7077,
  masterUi: 8080,
  worker: 7078,
  workerUi: 8081,
  driver: 7079,
  blockManager: 7080,
  ui: 4040,
  connect: 15_002,
} as const

export interface SparkPodInput extends ClusterIds {
  readonly namespace: string
  /** In the pod's name: a cluster that grew has executors of a later life than its namespace, and than its start. */
  readonly life: number
  /** The generation of the cluster's latest start. */
  readonly epoch: number
  /** Counts up when a pod is made again while the dead one still holds the name. */
  readonly incarnation?: number
  readonly owner: { readonly name: string; readonly uid: string }
  readonly image: string
  readonly pool: string
  /** Absent: any zone of the pool. */
  readonly zone?: string
  readonly size: PodSize
}

/** What one concern adds to a pod: Spark's own processes, their disk, and whatever comes beside them. */
export interface PodPart {
  readonly containers?: readonly JsonObject[]
  readonly volumes?: readonly JsonObject[]
}

export interface PodParts {
  readonly role: Role
  readonly name: string
  readonly annotations?: Readonly<Record<string, string>>
  /** Unless said, that of its role. */
  readonly priority?: 'warm-driver' | undefined
  readonly terminationGracePeriodSeconds: number
  /** In the order in which the pod lists them; a sidecar is one more entry. */
  readonly parts: readonly PodPart[]
}

/** The two places that a container may write to: everything else of its disk is read only. */
export const SCRATCH: PodPart = {
  volumes: [
    { name: 'tmp', emptyDir: {} },
    { name: 'scratch', emptyDir: {} },
  ],
}

export function sparkPod(input: SparkPodInput, parts: PodParts): KubernetesObject {
  const { pool, zone } = input
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: parts.name,
      namespace: input.namespace,
      labels: podMark(input, input.epoch, parts.role),
      annotations: { ...parts.annotations, [annotationKeys.safeToEvict]: 'false' },
      ownerReferences: [ownedBy(input.owner)],
    },
    spec: {
      ...restrictedPod,
      serviceAccountName: parts.role,
      priorityClassName: priorityClassName(parts.priority ?? parts.role),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: parts.terminationGracePeriodSeconds,
      nodeSelector: {
        [labelKeys.pool]: pool,
        ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
      },
      tolerations: [{ key: labelKeys.pool, operator: 'Equal', value: pool, effect: 'NoSchedule' }],
      containers: parts.parts.flatMap(({ containers = [] }) => containers),
      volumes: parts.parts.flatMap(({ volumes = [] }) => volumes),
    },
  }
}

export interface ContainerParts {
  readonly name: string
  readonly resources: Resources
  /** Heap of the process that Spark's own scripts start, MiB. */
  readonly daemonHeapMib: number
  readonly env?: readonly JsonObject[]
}

/** A container of the runtime image; the caller adds what it runs and how it is probed. */
export function sparkContainer(image: string, parts: ContainerParts): JsonObject {
  const memory = `${parts.resources.memoryMib}Mi`
  return {
    ...restrictedContainer,
    name: parts.name,
    image,
    env: [
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'SPARK_LOCAL_IP', value: '$(POD_IP)' },
      { name: 'SPARK_LOCAL_HOSTNAME', value: '$(POD_IP)' },
      { name: 'SPARK_PUBLIC_DNS', value: '$(POD_IP)' },
      { name: 'SPARK_NO_DAEMONIZE', value: '1' },
      { name: 'SPARK_LOCAL_DIRS', value: '/scratch/local' },
      { name: 'SPARK_LOG_DIR', value: '/scratch/logs' },
      { name: 'SPARK_DAEMON_MEMORY', value: `${parts.daemonHeapMib}m` },
      { name: 'HOME', value: '/tmp' },
      ...(parts.env ?? []),
    ],
    // No CPU limit: the node is this pod's alone (rule *room*).
    resources: {
      requests: { cpu: `${parts.resources.cpuMilli}m`, memory },
      limits: { memory },
    },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'scratch', mountPath: '/scratch' },
    ],
  }
}

/** Shell that returns once something listens at a host and port; names that do not resolve yet are waited for too. */
export const waitFor = (host: string, port: number): string =>
  `until (exec 3<>/dev/tcp/${host}/${port}) 2>/dev/null; do sleep 0.5; done`
