// What Spark is told to do with a machine that goes (rule *spot*).
import { expect, it } from 'vitest'
import { driverPod } from './driver-pod.ts'
import { executorPod } from './executor-pod.ts'

const size = { cpuMilli: 6000, memoryMib: 24_000, cores: 8, heapMib: 18_000 }
const input = {
  account: 'acme',
  workspace: 'prod',
  cluster: 'etl',
  life: 1,
  epoch: 1,
  namespace: 'kdl-etl-abcdefgh-1',
  owner: { name: 'spark-etl-1', uid: 'uid-1' },
  image: 'registry/spark@sha256:abc',
  pool: 'n2-standard-8-spot',
  size,
}

it('spot: executors hand over their blocks, those of shuffles too, and Workers know how to be told', () => {
  const driver = JSON.stringify(driverPod({ ...input, executorSize: size }).spec)
  for (const setting of [
    'spark.decommission.enabled',
    'spark.storage.decommission.enabled',
    'spark.storage.decommission.rddBlocks.enabled',
    'spark.storage.decommission.shuffleBlocks.enabled',
  ]) {
    expect(driver).toContain(`--conf ${setting}=true`)
  }
  const worker = JSON.stringify(executorPod({ ...input, index: 1, spot: true }).spec)
  expect(worker).toContain('-Dspark.decommission.enabled=true')
})
