// A batch of executor pods, alike to the letter (rule *like-pods*), made while their nodes do not exist yet: the autoscaler
// sees all of a cluster's batches at once and brings all nodes in parallel, so that start-up does not depend on size (R11).
import { batchesOf, PODS_PER_BATCH, rangeOf } from '../domain/batches.ts'
import { minutes, seconds } from '../domain/time.ts'
import { executorPod, type ExecutorPodInput } from '../manifests/executor-pod.ts'
import { podMark } from '../manifests/labels.ts'
import { namespace } from './namespace.ts'
import { podInput } from './pod-input.ts'
import { bringPods, observePods, type PodRange, removePods } from './spark-pods.ts'
import { sparkSize } from './spark-size.ts'
import { step } from './step.ts'

type Input = {
  readonly endpoint: string
  /** All of the batch but the index. */
  readonly pod: Omit<ExecutorPodInput, 'index'>
  readonly first: number
  readonly last: number
}

/** How long the driver's end may take to reach this batch's pods. */
const DRIVER_FIRST = seconds(1)

function podsOf({ endpoint, pod, first, last }: Input): PodRange {
  const { namespace, life } = pod
  const mark = podMark(pod, pod.epoch, 'executor')
  const end = first + PODS_PER_BATCH - 1
  return { endpoint, namespace, mark, life, owner: pod.owner.uid, first, last, end }
}

export const executors = step({
  name: 'executors',
  title: 'Executor pods',
  kind: 'cluster',
  lane: 'kubernetes',
  attempts: 8,
  timeoutMs: minutes(20),
  isQuiet: true,
  after: { namespace },
  instances: ({ spec }) => batchesOf(spec.executors.count),
  // Whatever is in `identity` of the driver is here too: the driver's end is the end of its executors.
  identity: ({ epoch, pools }) => [epoch, pools.executor],
  content: ({ spec }, index) => rangeOf(index, spec.executors.count).last,
  input: ({ subject, life, index }, outputs): Input => {
    const { spec, pools } = subject
    return {
      endpoint: subject.endpoint,
      ...rangeOf(index, spec.executors.count),
      pod: {
        ...podInput(subject, life, outputs.namespace),
        pool: pools.executor,
        size: sparkSize(spec.executors.machineType, 'executor', subject.isSmaller),
        spot: spec.executors.spot,
      },
    }
  },
  observe: (ports, input) => observePods(ports, podsOf(input)),
  apply(ports, input: Input, isFirst = false) {
    const pod = (index: number, incarnation: number) =>
      executorPod({ ...input.pod, index, incarnation })
    return bringPods(ports, { ...podsOf(input), step: 'executors', pod }, isFirst)
  },
  /** Where the whole cluster goes, the driver's undo takes these pods along; what is still there then, goes one by one. */
  async undo(ports, input) {
    await ports.clock.sleep(DRIVER_FIRST)
    return removePods(ports, podsOf(input))
  },
})
