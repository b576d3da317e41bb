// A cluster's namespace (R7) with everything that bounds its pods (R9), and last the custom resource that owns them (R8):
// its uid is the life that pods and snapshots are checked against.
import { minutes } from '../domain/time.ts'
import { z } from 'zod'
import { runtime, runtimeImage } from '../catalog/runtimes.ts'
import { namespaceName } from '../domain/names.ts'
import type { SubjectOf } from '../domain/plan.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import { clusterObjects } from '../manifests/cluster-objects.ts'
import { carries, clusterMark, type Labels } from '../manifests/labels.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import { repairOf } from '../manifests/object-drift.ts'
import type { Kubernetes } from '../ports.ts'
import { bringTo, deleteOwn, inParallel, isLeaving, refOf } from './kubernetes-objects.ts'
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
  readonly mark: Labels
  /** In order: the namespace first, the custom resource last. */
  readonly objects: readonly KubernetesObject[]
}

function objectsOf(
  subject: SubjectOf<'cluster'>,
  life: number,
  revision: number,
): KubernetesObject[] {
  const { identity, cluster, spec, pools, ranges, zone } = subject
  const ids = { ...identity, cluster }
  return clusterObjects({
    ...ids,
    namespace: namespaceName(ids, life),
    life,
    generation: revision,
    runtime: spec.runtime,
    image: imageOf(subject),
    ...(zone === undefined ? {} : { zone }),
    driver: {
      machineType: spec.driver.machineType,
      pool: pools.driver,
      size: sparkSize(spec.driver.machineType, 'driver', subject.isSmaller),
    },
    executors: {
      count: spec.executors.count,
      machineType: spec.executors.machineType,
      pool: pools.executor,
      spot: spec.executors.spot,
      size: sparkSize(spec.executors.machineType, 'executor', subject.isSmaller),
    },
    closedRanges: [ranges.nodes, ranges.pods, ranges.services],
  })
}

/** Runtimes are checked before a request is accepted, so an unknown one here was withdrawn since. */
export function imageOf({ spec, identity }: SubjectOf<'cluster'>): string {
  const known = runtime(spec.runtime)
  if (known) return runtimeImage(known, identity.region)
  throw new PermanentError(reasonOf('INVALID_SPARK_IMAGE', { runtime: spec.runtime }))
}

function outputOf(resource: KubernetesObject): NamespaceOutput {
  const { namespace = '', name, uid = '' } = resource.metadata
  return { namespace, name, uid }
}

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} "${metadata.name}"`

function firstAndLast({ objects }: Input): readonly [KubernetesObject, KubernetesObject] {
  const [space, resource] = [objects.at(0), objects.at(-1)]
  if (!space || !resource) throw new Error('a namespace is made of objects')
  return [space, resource]
}

/** What is there of the input's objects, by name: one call for the namespace, then one for each kind in it. */
async function lookUp(
  kubernetes: Kubernetes,
  input: Input,
): Promise<Map<string, KubernetesObject>> {
  const [space] = firstAndLast(input)
  const found = await kubernetes.get(refOf(space))
  if (!found || isLeaving(found) || !carries(input.mark, found.metadata.labels)) {
    return new Map(found ? [[nameOf(space), found]] : [])
  }
  const kinds = new Map(input.objects.slice(1).map((object) => [object.kind, object]))
  const lists = await inParallel([...kinds.values()], ({ apiVersion, kind, metadata }) =>
    kubernetes.list({ apiVersion, kind, namespace: metadata.namespace ?? '' }),
  )
  const inside = lists.flatMap(({ items }) => items)
  return new Map([found, ...inside].map((object) => [nameOf(object), object]))
}

async function observe(ports: StepPorts, input: Input): Promise<Observed<NamespaceOutput>> {
  const found = await lookUp(ports.kubernetes(input.endpoint), input)
  const [wantedSpace, wantedResource] = firstAndLast(input)
  const space = found.get(nameOf(wantedSpace))
  if (!space) return { is: 'absent' }
  if (!carries(input.mark, space.metadata.labels)) return { is: 'foreign', what: nameOf(space) }
  if (isLeaving(space)) return { is: 'leaving' }
  const there = input.objects.map((object) => found.get(nameOf(object)))
  const stranger = there.find((object) => object && !carries(input.mark, object.metadata.labels))
  if (stranger) return { is: 'foreign', what: nameOf(stranger), isInside: true }
  const amiss = input.objects.find((wanted, at) => {
    const object = there[at]
    return !object || isLeaving(object) || repairOf(wanted, object)
  })
  const resource = found.get(nameOf(wantedResource))
  if (!amiss && resource) return { is: 'present', output: outputOf(resource) }
  const how = amiss && found.has(nameOf(amiss)) ? 'is not as it should be' : 'is missing'
  return { is: 'partial', what: `${nameOf(amiss ?? wantedResource)} ${how}` }
}

/** In a namespace of ours others may have been first; their bounds are not ours. */
function expectOurs({ mark }: Input, made: readonly KubernetesObject[]): void {
  const stranger = made.find(({ metadata }) => !carries(mark, metadata.labels))
  if (stranger) throw notOurs('namespace', nameOf(stranger))
}

export const namespace = step({
  name: 'namespace',
  title: 'Namespace with its limits and policies',
  kind: 'cluster',
  lane: 'kubernetes',
  attempts: 8,
  timeoutMs: minutes(20),
  after: {},
  /** All that its objects are made from. */
  content: ({ spec, zone, pools, ranges }) => [
    spec.runtime,
    spec.driver,
    spec.executors,
    zone,
    pools,
    ranges,
  ],
  input: ({ subject, life, revision }): Input => ({
    endpoint: subject.endpoint,
    mark: clusterMark({ ...subject.identity, cluster: subject.cluster }, life),
    objects: objectsOf(subject, life, revision),
  }),
  observe,
  async apply(ports, input: Input, isFirst = false) {
    const kubernetes = ports.kubernetes(input.endpoint)
    const [space, resource] = firstAndLast(input)
    const before = isFirst ? undefined : await lookUp(kubernetes, input)
    const make = (object: KubernetesObject): Promise<KubernetesObject> =>
      bringTo(kubernetes, ports.clock, object, input.mark, before?.get(nameOf(object)))
    const made = await make(space)
    // Not ours, or of a life that is ending: told by the next look.
    if (!carries(input.mark, made.metadata.labels) || isLeaving(made)) {
      return { is: 'pending', lookIn: 0 }
    }
    const rest = await inParallel(input.objects.slice(1, -1), make)
    expectOurs(input, rest)
    const owner = await make(resource)
    expectOurs(input, [owner])
    if ([...rest, owner].some(isLeaving)) return { is: 'pending', lookIn: 0 }
    return { is: 'present', output: outputOf(owner) }
  },
  async undo(ports, input) {
    const kubernetes = ports.kubernetes(input.endpoint)
    const space = await kubernetes.get(refOf(firstAndLast(input)[0]))
    if (space && carries(input.mark, space.metadata.labels)) await deleteOwn(kubernetes, space)
    return {}
  },
})
