// The driver pod: the Spark Master, and beside it the Connect server in which users' sessions run (rule *spark-topology*).
// Never on spot. Ready when both answer.
import { driverPodName } from '../domain/names.ts'
import { MASTER, type PodSize } from '../domain/sizing.ts'
import type { JsonObject, KubernetesObject } from './object.ts'
import {
  SCRATCH,
  sparkContainer,
  sparkPod,
  sparkPorts,
  waitFor,
  type SparkPodInput,
} from './spark-pod.ts'

export interface DriverPodInput extends SparkPodInput {
  /** What each Worker offers, which the one executor on it takes whole. */
  readonly executorSize: PodSize
  /** Takes the place of a warm node's placeholder. */
  readonly isWarm?: true
}

const MASTER_HEAP_MIB = 256

export function driverPod(input: DriverPodInput): KubernetesObject {
  return sparkPod(input, {
    role: 'driver',
    name: driverPodName(input.life, input.incarnation),
    priority: input.isWarm ? 'warm-driver' : undefined,
    terminationGracePeriodSeconds: 30,
    parts: [{ containers: [masterContainer(input.image), connectContainer(input)] }, SCRATCH],
  })
}

const answers = (port: number): JsonObject => ({
  readinessProbe: { tcpSocket: { port }, periodSeconds: 2, failureThreshold: 3 },
})

function masterContainer(image: string): JsonObject {
  const { master, masterUi } = sparkPorts
  return {
    ...sparkContainer(image, { name: 'master', resources: MASTER, daemonHeapMib: MASTER_HEAP_MIB }),
    ...answers(master),
    command: [
      '/opt/spark/bin/spark-class',
      'org.apache.spark.deploy.master.Master',
      '--host',
      '$(POD_IP)',
      '--port',
      String(master),
      '--webui-port',
      String(masterUi),
    ],
    ports: [
      { name: 'master', containerPort: master },
      { name: 'master-ui', containerPort: masterUi },
    ],
  }
}

function connectContainer({ image, size, executorSize }: DriverPodInput): JsonObject {
  const { connect, ui, driver, blockManager, master } = sparkPorts
  const resources = {
    cpuMilli: size.cpuMilli - MASTER.cpuMilli,
    memoryMib: size.memoryMib - MASTER.memoryMib,
  }
  const submit = [
    '/opt/spark/bin/spark-submit --class org.apache.spark.sql.connect.service.SparkConnectServer',
    `--master spark://$POD_IP:${master} --driver-memory ${size.heapMib}m`,
    ...Object.entries(sparkSettings(executorSize)).map(([key, value]) => `--conf ${key}=${value}`),
  ].join(' ')
  return {
    // Spark's scripts take the Connect server for a daemon and size its heap as one.
    ...sparkContainer(image, { name: 'connect', resources, daemonHeapMib: size.heapMib }),
    ...answers(connect),
    command: ['bash', '-c', `${waitFor('$POD_IP', master)}; exec ${submit}`],
    ports: [
      { name: 'connect', containerPort: connect },
      { name: 'ui', containerPort: ui },
      { name: 'driver', containerPort: driver },
      { name: 'block-manager', containerPort: blockManager },
    ],
  }
}

/** Does not depend on the number of executors, so that a resize leaves the driver alone. */
function sparkSettings(executor: PodSize): Readonly<Record<string, string>> {
  const { connect, ui, driver, blockManager } = sparkPorts
  return {
    'spark.driver.host': '$POD_IP',
    'spark.driver.bindAddress': '$POD_IP',
    'spark.driver.port': String(driver),
    'spark.blockManager.port': String(blockManager),
    'spark.ui.port': String(ui),
    'spark.connect.grpc.binding.address': '$POD_IP',
    'spark.connect.grpc.binding.port': String(connect),
    'spark.executor.cores': String(executor.cores),
    'spark.executor.memory': `${executor.heapMib}m`,
    'spark.dynamicAllocation.enabled': 'false',
    'spark.decommission.enabled': 'true',
    'spark.storage.decommission.enabled': 'true',
    'spark.storage.decommission.rddBlocks.enabled': 'true',
    'spark.storage.decommission.shuffleBlocks.enabled': 'true',
  }
}
