// One executor pod: a Spark Worker that waits for the Master before it starts, because a Worker that comes too early backs
// off for up to 90 s (rule *spark-topology*). Ready once it is registered with the Master.
import { DRIVER_SERVICE, executorPodName } from '../domain/names.ts'
import { annotationKeys } from './labels.ts'
import type { JsonObject, KubernetesObject } from './object.ts'
import {
  SCRATCH,
  sparkContainer,
  sparkPod,
  sparkPorts,
  waitFor,
  type SparkPodInput,
} from './spark-pod.ts'

export interface ExecutorPodInput extends SparkPodInput {
  /** From 1 on; in name and annotation only. */
  readonly index: number
  readonly spot: boolean
}

const WORKER_HEAP_MIB = 256

/** Seconds. A spot machine gives 15 at least (rule *spot*). */
const GRACE = { spot: 15, standard: 30 }

export function executorPod(input: ExecutorPodInput): KubernetesObject {
  const grace = input.spot ? GRACE.spot : GRACE.standard
  return sparkPod(input, {
    role: 'executor',
    name: executorPodName(input.index, input.life, input.incarnation),
    annotations: { [annotationKeys.index]: String(input.index) },
    terminationGracePeriodSeconds: grace,
    parts: [{ containers: [workerContainer(input, grace)] }, SCRATCH],
  })
}

function workerContainer({ image, size }: ExecutorPodInput, grace: number): JsonObject {
  const { master, worker, workerUi } = sparkPorts
  const start = [
    'exec /opt/spark/bin/spark-class org.apache.spark.deploy.worker.Worker',
    `--host $POD_IP --port ${worker} --webui-port ${workerUi} --work-dir /scratch/work`,
    `--cores ${size.cores} --memory ${size.heapMib}m spark://${DRIVER_SERVICE}:${master}`,
  ].join(' ')
  return {
    ...sparkContainer(image, {
      name: 'worker',
      resources: size,
      daemonHeapMib: WORKER_HEAP_MIB,
      env: [{ name: 'SPARK_WORKER_OPTS', value: '-Dspark.decommission.enabled=true' }],
    }),
    command: ['bash', '-c', `${waitFor(DRIVER_SERVICE, master)}; ${start}`],
    readinessProbe: { exec: { command: ['bash', '-c', REGISTERED] }, periodSeconds: 2 },
    lifecycle: { preStop: { exec: { command: ['bash', '-c', decommission(grace - 2)] } } },
    ports: [
      { name: 'worker', containerPort: worker },
      { name: 'worker-ui', containerPort: workerUi },
      { name: 'block-manager', containerPort: sparkPorts.blockManager },
    ],
  }
}

/** Asks the Worker itself, which knows its Master's address only once registered: a thousand probes spare the Master. */
const REGISTERED = `curl -fsS "http://$POD_IP:${sparkPorts.workerUi}/json/" | grep -Eq '"masterurl" *: *"spark://'`

/**
 * A Worker hands over its blocks on SIGPWR, not on SIGTERM; it is process 1, and does not end by itself. Its executor does,
 * once it has none left or its driver is gone: whoever has no executor is let go at once (rule *tail*).
 */
function decommission(seconds: number): string {
  const hasExecutor = 'grep -qs "[C]oarseGrainedExecutorBackend" /proc/[0-9]*/cmdline'
  return `kill -PWR 1; for _ in $(seq ${seconds}); do ${hasExecutor} || exit 0; sleep 1; done`
}
