// Launches whose machines are not to be had as asked (rules *zone*, *fallback*).
import { afterEach, expect, it } from 'vitest'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { outcomeOf } from './lifecycle.ts'
import { inKubernetes } from './whole.ts'

let loop: Loop | undefined
afterEach(() => loop?.stop())

const zones = ['europe-west4-a', 'europe-west4-b', 'europe-west4-c']

async function startWithout(
  stockOuts: readonly Record<string, unknown>[],
  data: Record<string, unknown>,
): Promise<Loop> {
  const started = await startLoop()
  await started.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await started.reach(WORKSPACE, 'RUNNING')
  for (const fault of stockOuts) await started.stack.faults.set('stock-out', fault)
  await started.stack.publish('cluster-requested', event('cluster-requested', 'c-1', data))
  await started.reach(CLUSTER, 'RUNNING')
  return started
}

it('auto: a zone without machines is left for another, and it says why', async () => {
  const without = ['europe-west4-a', 'europe-west4-b'].map((zone) => ({
    zone,
    machineType: 'n2-standard-8',
  }))
  loop = await startWithout(without, { zone: 'auto' })
  const cluster = await loop.cluster()
  expect(cluster).toMatchObject({
    executors: { requested: 10, ready: 10 },
    spec: { zone: 'auto' },
    adapted: {
      spec: { zone: 'europe-west4-c' },
      reason: { code: 'GCP_INSUFFICIENT_CAPACITY', type: 'CLOUD_FAILURE' },
    },
  })
  // Nothing is left of the starts before.
  expect(inKubernetes(loop).filter((name) => name.includes('/'))).toHaveLength(11)
  expect(await outcomeOf(loop, 'c-1')).toMatchObject({ is: 'reached' })
})

it('spot: where none is to be had, on-demand machines are taken if that was asked for', async () => {
  const without = zones.map((zone) => ({ zone, machineType: 'n2-standard-8', spot: true }))
  const executors = { count: 4, machineType: 'n2-standard-8', spot: true, spotFallback: true }
  loop = await startWithout(without, { executors })
  expect(await loop.cluster()).toMatchObject({
    executors: { requested: 4, ready: 4 },
    spec: { executors: { spot: true } },
    adapted: {
      spec: { executors: { spot: false } },
      reason: { code: 'GCP_INSUFFICIENT_CAPACITY' },
    },
  })
})

it('room: pods that no longer fit beside larger agents of GKE become a step smaller, and it says so', async () => {
  const usual = await startWithout([], {})
  const memory = memoryOfPods(usual)
  await usual.stop()

  loop = await startLoop()
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await loop.reach(WORKSPACE, 'RUNNING')
  // More than the margin on the driver's machine, and less than twice of it.
  await loop.stack.faults.set('larger-agents', { memoryMib: 1000 })
  await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1'))
  await loop.reach(CLUSTER, 'RUNNING')
  expect(await loop.cluster()).toMatchObject({
    executors: { requested: 10, ready: 10 },
    adapted: { isSmaller: true, reason: { code: 'POD_SCHEDULING_FAILURE' } },
  })
  expect(memoryOfPods(loop)).toBeLessThan(memory)
})

/** Mi that the smallest executor asks for. */
function memoryOfPods({ stack }: Loop): number {
  const executors = [...stack.data.clusters.values()]
    .flatMap((engine) => engine.snapshot('v1', 'Pod'))
    .filter(({ metadata: { name } }) => name.startsWith('executor-'))
  const asked = executors.map(({ spec }) => /"memory":"(\d+)Mi"/.exec(JSON.stringify(spec))?.[1])
  return Math.min(...asked.map(Number))
}
