// The driver pod: made while its node does not exist yet, so that the autoscaler sees it together with all executors (R11).
// It lives as long as one start of its cluster, and so do all executors: its end is the end of all of them.
import { minutes } from '../domain/time.ts'
import { type DriverPodInput, driverPod } from '../manifests/driver-pod.ts'
import { clusterMark, podMark, selectorOf } from '../manifests/labels.ts'
import { namespace } from './namespace.ts'
import { podInput } from './pod-input.ts'
import { bringPods, observePods, type PodRange } from './spark-pods.ts'
import { sparkSize } from './spark-size.ts'
import { step } from './step.ts'

type Input = { readonly endpoint: string; readonly pod: DriverPodInput }

function rangeOf({ endpoint, pod }: Input): PodRange {
  const mark = podMark(pod, pod.epoch, 'driver')
  const { namespace, life } = pod
  return { endpoint, namespace, mark, life, owner: pod.owner.uid, first: 0, last: 0, end: 0 }
}

export const driver = step({
  name: 'driver',
  title: 'Driver pod',
  kind: 'cluster',
  lane: 'kubernetes',
  attempts: 8,
  timeoutMs: minutes(20),
  isQuiet: true,
  after: { namespace },
  identity: ({ epoch }) => [epoch],
  input: ({ subject, life }, outputs): Input => {
    const { spec, pools } = subject
    return {
      endpoint: subject.endpoint,
      pod: {
        ...podInput(subject, life, outputs.namespace),
        pool: pools.driver,
        size: sparkSize(spec.driver.machineType, 'driver', subject.isSmaller),
        ...(subject.hasWarmDriver ? { isWarm: true as const } : {}),
        executorSize: sparkSize(spec.executors.machineType, 'executor', subject.isSmaller),
      },
    }
  },
  observe: (ports, input) => observePods(ports, rangeOf(input)),
  apply(ports, input: Input, isFirst = false) {
    const pod = (_index: number, incarnation: number) => driverPod({ ...input.pod, incarnation })
    return bringPods(ports, { ...rangeOf(input), step: 'driver', pod }, isFirst)
  },
  /** One call for all pods of this start (rule *tail*): a thousand executors need no call each. */
  async undo(ports, { endpoint, pod }) {
    const pods = { apiVersion: 'v1', kind: 'Pod', namespace: pod.namespace }
    const labelSelector = selectorOf(clusterMark(pod, pod.epoch))
    await ports.kubernetes(endpoint).deleteAll(pods, { labelSelector })
    return {}
  },
})
