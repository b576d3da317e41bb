// A batch of executor pods, alike to the letter (rule *like-pods*), made while their nodes do not exist yet: the autoscaler
// sees all of a cluster's batches at once and brings all nodes in parallel, so that start-up does not depend on size (R11).
import { minutes } from '../domain/time.ts'
import { limits } from '../catalog/limits.ts'
import { executorPodName } from '../domain/names.ts'
import { executorPod, type ExecutorPodInput } from '../manifests/executor-pod.ts'
import { carries, podMark, selectorOf } from '../manifests/labels.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import { createOrGet, deleteOwn, inParallel, isLeaving } from './kubernetes-objects.ts'
import { imageOf, namespace } from './namespace.ts'
import { sparkSize } from './spark-size.ts'
import { notOurs, type Observed, step, type StepPorts } from './step.ts'

type Input = {
  readonly endpoint: string
  /** All of the batch but the index. */
  readonly pod: Omit<ExecutorPodInput, 'index'>
  readonly first: number
  readonly last: number
}
type Output = { readonly pods: number }

const { podsPerBatch } = limits.cluster

function indexes({ first, last }: Input): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}

/** The batch's pods that exist; the list is one call for the whole cluster, because executors differ by name only. */
async function podsOf(ports: StepPorts, input: Input): Promise<KubernetesObject[]> {
  const { pod } = input
  const names = new Set(indexes(input).map((index) => executorPodName(index, pod.life)))
  const kind = { apiVersion: 'v1', kind: 'Pod', namespace: pod.namespace }
  const labelSelector = selectorOf(podMark(pod, pod.life, 'executor'))
  const { items } = await ports.kubernetes(input.endpoint).list(kind, { labelSelector })
  return items.filter(({ metadata }) => names.has(metadata.name))
}

function isOurs({ pod }: Input, found: KubernetesObject): boolean {
  return found.metadata.ownerReferences?.some(({ uid }) => uid === pod.owner.uid) ?? false
}

async function observe(ports: StepPorts, input: Input): Promise<Observed<Output>> {
  const found = await podsOf(ports, input)
  const foreign = found.find((pod) => !isOurs(input, pod))
  if (foreign) return { is: 'foreign', what: `pod "${foreign.metadata.name}"` }
  if (found.length === 0) return { is: 'absent' }
  if (found.every(isLeaving)) return { is: 'leaving' }
  const wanted = input.last - input.first + 1
  const there = found.filter((pod) => !isLeaving(pod)).length
  return there < wanted ? { is: 'partial' } : { is: 'present', output: { pods: there } }
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
  instances: ({ spec }) => Math.ceil(spec.executors.count / podsPerBatch),
  input: ({ subject, life, index }, outputs): Input => {
    const { identity, cluster, spec, pools, zone } = subject
    const { uid, name } = outputs.namespace
    return {
      endpoint: subject.endpoint,
      first: (index - 1) * podsPerBatch + 1,
      last: Math.min(index * podsPerBatch, spec.executors.count),
      pod: {
        account: identity.account,
        workspace: identity.workspace,
        cluster,
        namespace: outputs.namespace.namespace,
        life,
        owner: { name, uid },
        image: imageOf(subject),
        pool: pools.executor,
        ...(zone === undefined ? {} : { zone }),
        size: sparkSize(spec.executors.machineType, 'executor'),
        spot: spec.executors.spot,
      },
    }
  },
  observe,
  async apply(ports, input: Input) {
    const kubernetes = ports.kubernetes(input.endpoint)
    const made = await inParallel(indexes(input), (index) =>
      createOrGet(kubernetes, ports.clock, executorPod({ ...input.pod, index })),
    )
    // Without our mark it is in no list of ours, so no later look would tell.
    const mark = podMark(input.pod, input.pod.life, 'executor')
    const stranger = made.find(({ metadata }) => !carries(mark, metadata.labels))
    if (stranger) throw notOurs('executors', `pod "${stranger.metadata.name}"`)
    const isWhole = made.every((pod) => isOurs(input, pod) && !isLeaving(pod))
    // A pod of another owner, or that is going: told by the next look.
    return isWhole
      ? { is: 'present', output: { pods: made.length } }
      : { is: 'pending', lookIn: 1000 }
  },
  async undo(ports, input) {
    const kubernetes = ports.kubernetes(input.endpoint)
    const ours = (await podsOf(ports, input)).filter((pod) => isOurs(input, pod))
    await inParallel(ours, (pod) => deleteOwn(kubernetes, pod))
    return {}
  },
})
