// What stands in the way of pods, what it is called, and when a launch is given up for it.
import { describe, expect, test } from 'vitest'
import type { PodLevel } from '../../events/pod-snapshot.ts'
import {
  clusterItems,
  clusterPlan,
  entryOf,
  NOW,
  observationOf,
  situationOf,
} from '../../test/situations.ts'
import {
  CRASHES,
  launchFailure,
  POD_PATIENCE,
  podReason,
  shortfallReason,
  troubleOf,
} from './pod-trouble.ts'
import type { Situation } from './situation.ts'

type PodFailure = PodLevel['failures'][number]

const failureOf = (pod: string, reason: string, more: Partial<PodFailure> = {}): PodFailure => ({
  pod,
  reason,
  message: `${reason} of ${pod}`,
  at: NOW - 1000,
  ...more,
})

const ledger = clusterItems(60, 1).map((item) => entryOf(item, 'present'))

function situation(level: Partial<PodLevel>, more: Partial<Situation> = {}): Situation {
  const observation = observationOf({ executors: { total: 60, ready: 0, failed: 0 }, ...level })
  return situationOf(clusterPlan(60, 1), { ledger, observation, ...more })
}

const pulling = (pod: string) => failureOf(pod, 'ImagePullBackOff')
const failed = (ready: number, count: number) => ({ total: 60, ready, failed: count })
// The agent saw it one second ago by its clock and was heard half a second later.
const seenFor = (age: number): Partial<PodFailure> => ({ at: NOW - 500 - age })
const failing = (more: Partial<PodFailure>, reason = 'ImagePullBackOff') =>
  launchFailure(situation({ driver: 'failed', failures: [failureOf('driver-1', reason, more)] }))
const short = (failures: PodFailure[], isSpot = false, isDriverReady = true) =>
  shortfallReason(situation({ driver: 'ready', failures }), {
    isDriverReady,
    isSpot,
    requested: 60,
    ready: 58,
  })

describe('a failing pod', () => {
  const rows: readonly [string, string, string, string | undefined][] = [
    ['driver-1', 'ImagePullBackOff', 'Back-off pulling image "i"', 'SPARK_IMAGE_DOWNLOAD_FAILURE'],
    ['driver-1', 'ErrImagePull', 'dial tcp: i/o timeout', 'SPARK_IMAGE_DOWNLOAD_FAILURE'],
    ['driver-1', 'ImagePullBackOff', 'i: not found', 'SPARK_IMAGE_NOT_FOUND'],
    ['driver-1', 'InvalidImageName', 'invalid reference format', 'SPARK_IMAGE_NOT_FOUND'],
    [
      'driver-1',
      'ImagePullBackOff',
      'unexpected status: 403 Forbidden',
      'IMAGE_PULL_PERMISSION_DENIED',
    ],
    ['driver-1', 'CrashLoopBackOff', 'spark: back-off: Error', 'SPARK_STARTUP_FAILURE'],
    ['driver-1', 'CrashLoopBackOff', 'spark: back-off: OOMKilled', 'DRIVER_OUT_OF_MEMORY'],
    ['executor-0001-1', 'CrashLoopBackOff', 'spark: back-off: OOMKilled', 'SPARK_STARTUP_FAILURE'],
    ['driver-1', 'CreateContainerConfigError', 'no secret', 'CONTAINER_LAUNCH_FAILURE'],
    ['driver-1', 'CreateContainerError', 'no', 'CONTAINER_LAUNCH_FAILURE'],
    ['driver-1', 'RunContainerError', 'no', 'CONTAINER_LAUNCH_FAILURE'],
    ['driver-1', 'Terminated', 'imminent node shutdown', undefined],
    ['driver-1', 'Evicted', 'low on memory', undefined],
  ]
  test.each(rows)('%s with %s "%s" is %s', (pod, reason, message, code) => {
    expect(podReason(failureOf(pod, reason, { message }))?.code).toBe(code)
  })
  test('without words is told by its reason', () => {
    expect(
      podReason(failureOf('driver-1', 'ImagePullBackOff', { message: '' }))?.parameters,
    ).toEqual({ failure: 'ImagePullBackOff' })
  })
  test('tells how often it was started again', () => {
    const reason = podReason(failureOf('driver-1', 'CrashLoopBackOff', { restarts: 3 }))
    expect(reason?.message).toContain('after 3 restarts')
  })
})

describe('what stands in the way', () => {
  test('nothing, when nobody has reported', () => {
    expect(troubleOf(situationOf(clusterPlan(60, 1), { ledger }))).toBeUndefined()
  })
  test("is the driver's failure, whatever the newest is", () => {
    const failures = [failureOf('executor-0001-1', 'CrashLoopBackOff'), pulling('driver-1')]
    expect(troubleOf(situation({ driver: 'failed', failures }))).toMatchObject({
      code: 'SPARK_IMAGE_DOWNLOAD_FAILURE',
    })
  })
  test('is nothing while the driver only waits', () => {
    expect(troubleOf(situation({ failures: [pulling('executor-0001-1')] }))).toBeUndefined()
  })
  test('are executors when none of them can start', () => {
    const failures = [pulling('executor-0001-1')]
    const driver = 'ready'
    expect(troubleOf(situation({ driver, failures, executors: failed(0, 60) }))).toMatchObject({
      code: 'SPARK_IMAGE_DOWNLOAD_FAILURE',
    })
    expect(troubleOf(situation({ driver, failures, executors: failed(0, 59) }))).toBeUndefined()
    expect(troubleOf(situation({ driver, failures, executors: failed(1, 59) }))).toBeUndefined()
  })
  test("is the autoscaler's word, and without it that of pods that wait for long", () => {
    const failures = [failureOf('driver-1', 'Unschedulable')]
    const block = { code: 'GCP_INSUFFICIENT_CAPACITY', message: 'm', at: NOW - 1 } as const
    expect(troubleOf(situation({ failures }, { blocked: [block] }))).toMatchObject({
      code: block.code,
    })
    expect(troubleOf(situation({ failures }))).toMatchObject({ code: 'K8S_AUTOSCALING_FAILURE' })
  })
})

describe('a launch', () => {
  test('goes on while a pod may yet start', () => {
    expect(failing(seenFor(POD_PATIENCE - 1))).toBeUndefined()
  })
  test('is given up when it fails for so long', () => {
    expect(failing(seenFor(POD_PATIENCE))).toMatchObject({ code: 'SPARK_IMAGE_DOWNLOAD_FAILURE' })
  })
  test('is given up at once when its driver has crashed too often', () => {
    expect(failing({ restarts: CRASHES - 1 }, 'CrashLoopBackOff')).toBeUndefined()
    expect(failing({ restarts: CRASHES }, 'CrashLoopBackOff')).toMatchObject({
      code: 'SPARK_STARTUP_FAILURE',
    })
  })
  test('is not given up for what is mended by making the pod again', () => {
    expect(failing(seenFor(10 * POD_PATIENCE), 'Terminated')).toBeUndefined()
  })
  test('is not given up for nodes that do not come: capacity comes back', () => {
    const failures = [failureOf('driver-1', 'Unschedulable', seenFor(10 * POD_PATIENCE))]
    expect(launchFailure(situation({ failures }))).toBeUndefined()
  })
  test('is not judged by the pods of an earlier start', () => {
    const failures = [failureOf('driver-1', 'ImagePullBackOff', seenFor(POD_PATIENCE))]
    const old = situation({ driver: 'failed', failures, driverLife: 9 })
    expect(launchFailure(old)).toBeUndefined()
  })
})

describe('what a running cluster lacks', () => {
  const gone = failureOf('executor-0001-1', 'Terminated')

  test.each([
    ['spot machines', true, 'SPOT_INSTANCE_TERMINATION'],
    ['other machines', false, 'CLOUD_PROVIDER_SHUTDOWN'],
  ])('is told when Google took %s back (rule *spot*)', (_, isSpot, code) => {
    expect(short([gone], isSpot)).toMatchObject({
      code,
      parameters: { missing: '2', requested: '60' },
    })
  })
  test('is told when executors ran out of memory', () => {
    expect(short([failureOf('executor-0001-1', 'OOMKilled')]).code).toBe('EXECUTOR_OUT_OF_MEMORY')
  })
  test('is told with whatever else is known', () => {
    expect(short([])).toMatchObject({
      code: 'EXECUTOR_POD_UNSCHEDULED',
      message: '2 of 60 executors are missing',
    })
    expect(short([failureOf('executor-0001-1', 'x', { message: 'y' })]).message).toContain('y')
  })
  test('is first of all its driver', () => {
    expect(short([gone], true, false).code).toBe('DRIVER_UNAVAILABLE')
  })
})
