// The custom resource definition of a Spark cluster's runtime (R8): what it is made of, and what its agent sees of it.
// The schema holds no reference to another namespace, so that no custom resource can point at another cluster's things.
import { COURSES_MAX } from '../../events/pod-snapshot.ts'
import type { JsonObject, KubernetesObject } from './object.ts'
import type { Labels } from './labels.ts'

export const SPARK_CLUSTER = { apiVersion: 'kindling.dev/v1', kind: 'SparkCluster' } as const

const text = (maxLength: number, more: JsonObject = {}): JsonObject => ({
  type: 'string',
  maxLength,
  ...more,
})
const count = (more: JsonObject = {}): JsonObject => ({ type: 'integer', minimum: 0, ...more })
const instant: JsonObject = { type: 'integer', format: 'int64', minimum: 0 }

function object(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) }
}

const podSize: JsonObject = object(
  {
    cpuMilli: count({ minimum: 1 }),
    memoryMib: count({ minimum: 1 }),
    cores: count({ minimum: 1 }),
    heapMib: count({ minimum: 1 }),
  },
  ['cpuMilli', 'memoryMib', 'cores', 'heapMib'],
)

const spec: JsonObject = object(
  {
    cluster: text(40),
    /** The generation of the cluster that this spec was last written for. */
    generation: count({ minimum: 1 }),
    runtime: text(64),
    image: text(512, { minLength: 1 }),
    zone: text(32),
    driver: object({ machineType: text(64), pool: text(63), size: podSize }, [
      'machineType',
      'pool',
      'size',
    ]),
    executors: object(
      {
        count: count({ minimum: 1, maximum: 1000 }),
        machineType: text(64),
        pool: text(63),
        spot: { type: 'boolean' },
        size: podSize,
        /** Within which the count follows the load. */
        autoscale: object({ min: count({ minimum: 1 }), max: count({ minimum: 1 }) }, [
          'min',
          'max',
        ]),
      },
      ['count', 'machineType', 'pool', 'spot', 'size'],
    ),
    /** Set by the idle rule: no new sessions from now on. */
    drain: text(64),
  },
  ['cluster', 'generation', 'runtime', 'image', 'driver', 'executors'],
)

const level: JsonObject = object({
  driver: { type: 'string', enum: ['absent', 'pending', 'ready', 'failed'] },
  driverLife: count({ minimum: 1 }),
  executors: object({ total: count(), ready: count(), failed: count() }),
  failures: {
    type: 'array',
    maxItems: 5,
    items: object({
      pod: text(253),
      reason: text(128),
      message: text(512),
      at: instant,
      restarts: count(),
    }),
  },
  activity: object({
    runningJobs: count(),
    openSessions: count(),
    lastActiveAt: instant,
    runningTasks: count(),
    pendingTasks: count(),
    sessionsAdmitted: count(),
    sessionsRefused: count(),
  }),
  phases: object(
    Object.fromEntries(
      [
        'firstPodCreatedAt',
        'lastPodCreatedAt',
        'lastScaleUpAt',
        'lastNodeReadyAt',
        'lastPodScheduledAt',
        'lastImagePulledAt',
        'lastPodReadyAt',
      ].map((phase) => [phase, instant]),
    ),
  ),
  courses: {
    type: 'array',
    maxItems: COURSES_MAX,
    items: object({
      pod: text(253),
      createdAt: instant,
      nodeReadyAt: instant,
      scheduledAt: instant,
      imagePulledAt: instant,
      readyAt: instant,
    }),
  },
  drainSeen: text(64),
})

/** The newest snapshot of the agent, for the sweep to pull, and the sessions that it was asked for. */
const status: JsonObject = object({
  term: count(),
  sequence: count(),
  observedAt: instant,
  level,
  /** Written before a session is admitted, under the version that had no drain: a drain that comes later has it before it. */
  sessions: object({ admitted: count(), refused: count() }),
})

const column = (name: string, type: string, jsonPath: string): JsonObject => ({
  name,
  type,
  jsonPath,
})

export function sparkClusterDefinition(labels: Labels): KubernetesObject {
  const properties = {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec,
    status,
  }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'sparkclusters.kindling.dev', labels },
    spec: {
      group: 'kindling.dev',
      scope: 'Namespaced',
      names: {
        kind: SPARK_CLUSTER.kind,
        listKind: 'SparkClusterList',
        plural: 'sparkclusters',
        singular: 'sparkcluster',
      },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: object(properties, ['spec']) },
          subresources: { status: {} },
          additionalPrinterColumns: [
            column('Driver', 'string', '.status.level.driver'),
            column('Ready', 'integer', '.status.level.executors.ready'),
            column('Executors', 'integer', '.spec.executors.count'),
            column('Runtime', 'string', '.spec.runtime'),
            column('Age', 'date', '.metadata.creationTimestamp'),
          ],
        },
      ],
    },
  }
}
