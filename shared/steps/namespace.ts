// A cluster's namespace (R7) with everything that bounds its pods (R9), and last the custom resource that owns them (R8):
// its uid is the life that pods and snapshots are checked against.
import { minutes } from '../domain/time.ts'
import { z } from 'zod'
import { runtime, runtimeImage } from '../catalog/runtimes.ts'
import { namespaceName } from '../domain/names.ts'
import type { SubjectOf } from '../domain/plan.ts'
import { clusterObjects } from '../manifests/cluster-objects.ts'
import { carries, clusterMark } from '../manifests/labels.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import { createOrGet, deleteOwn, inParallel, isLeaving, refOf } from './kubernetes-objects.ts'
import { sparkSize } from './spark-size.ts'
import { notOurs, type Observed, PermanentError, step, type StepPorts } from './step.ts'

export const NamespaceOutput = z.object({
  namespace: z.string(),
  /** Of the custom resource. */
  name: z.string(),
  uid: z.string(),
})
export type NamespaceOutput = z.infer<typeof NamespaceOutput>

type Input = {
  readonly endpoint: string
  readonly mark: Readonly<Record<string, string>>
  /** In order: the namespace first, the custom resource last. */
  readonly objects: readonly KubernetesObject[]
}

function objectsOf(subject: SubjectOf<'cluster'>, life: number): KubernetesObject[] {
  const { identity, cluster, spec, pools, ranges, zone } = subject
  const ids = { ...identity, cluster }
  return clusterObjects({
    ...ids,
    namespace: namespaceName(ids, life),
    life,
    generation: life,
    runtime: spec.runtime,
    image: imageOf(subject),
    ...(zone === undefined ? {} : { zone }),
    driver: {
      machineType: spec.driver.machineType,
      pool: pools.driver,
      size: sparkSize(spec.driver.machineType, 'driver'),
    },
    executors: {
      count: spec.executors.count,
      machineType: spec.executors.machineType,
      pool: pools.executor,
      spot: spec.executors.spot,
      size: sparkSize(spec.executors.machineType, 'executor'),
    },
    closedRanges: [ranges.nodes, ranges.pods, ranges.services],
  })
}

/** Runtimes are checked before a request is accepted, so an unknown one here was withdrawn since. */
export function imageOf({ spec, identity }: SubjectOf<'cluster'>): string {
  const known = runtime(spec.runtime)
  if (known) return runtimeImage(known, identity.region)
  throw new PermanentError({
    code: 'INVALID_SPARK_IMAGE',
    type: 'CLIENT_ERROR',
    message: `there is no runtime "${spec.runtime}"`,
    mend: 'request the cluster with a runtime of the catalogue',
  })
}

function outputOf(resource: KubernetesObject): NamespaceOutput {
  const { namespace = '', name, uid = '' } = resource.metadata
  return { namespace, name, uid }
}

async function observe(ports: StepPorts, input: Input): Promise<Observed<NamespaceOutput>> {
  const kubernetes = ports.kubernetes(input.endpoint)
  const [space, resource] = await Promise.all(
    [input.objects.at(0), input.objects.at(-1)].map(async (object) =>
      object ? kubernetes.get(refOf(object)) : undefined,
    ),
  )
  if (!space) return { is: 'absent' }
  if (!carries(input.mark, space.metadata.labels)) {
    return { is: 'foreign', what: `namespace "${space.metadata.name}"` }
  }
  if (isLeaving(space)) return { is: 'leaving' }
  // Made last, so that whoever sees it finds everything else in place.
  if (!resource || isLeaving(resource)) return { is: 'partial' }
  if (!carries(input.mark, resource.metadata.labels)) {
    return { is: 'foreign', what: `SparkCluster "${resource.metadata.name}"` }
  }
  return { is: 'present', output: outputOf(resource) }
}

/** In a namespace of ours others may have been first; their bounds are not ours. */
function expectOurs({ mark }: Input, made: readonly KubernetesObject[]): void {
  const stranger = made.find(({ metadata }) => !carries(mark, metadata.labels))
  if (stranger) throw notOurs('namespace', `${stranger.kind} "${stranger.metadata.name}"`)
}

export const namespace = step({
  name: 'namespace',
  title: 'Namespace with its limits and policies',
  kind: 'cluster',
  lane: 'kubernetes',
  attempts: 8,
  timeoutMs: minutes(20),
  after: {},
  input: ({ subject, life }): Input => ({
    endpoint: subject.endpoint,
    mark: clusterMark({ ...subject.identity, cluster: subject.cluster }, life),
    objects: objectsOf(subject, life),
  }),
  observe,
  async apply(ports, input: Input) {
    const kubernetes = ports.kubernetes(input.endpoint)
    const make = (object: KubernetesObject): Promise<KubernetesObject> =>
      createOrGet(kubernetes, ports.clock, object)
    const [space, ...rest] = input.objects
    const resource = rest.pop()
    if (!space || !resource) throw new Error('a namespace is made of objects')
    const made = await make(space)
    // Not ours, or of a life that is ending: told by the next look.
    if (!carries(input.mark, made.metadata.labels) || isLeaving(made)) {
      return { is: 'pending', lookIn: 0 }
    }
    expectOurs(input, await inParallel(rest, make))
    const owner = await make(resource)
    expectOurs(input, [owner])
    return { is: 'present', output: outputOf(owner) }
  },
  async undo(ports, input) {
    const kubernetes = ports.kubernetes(input.endpoint)
    const space = input.objects[0] && (await kubernetes.get(refOf(input.objects[0])))
    const isOurs = space && carries(input.mark, space.metadata.labels)
    if (isOurs) await deleteOwn(kubernetes, space)
    return {}
  },
})
