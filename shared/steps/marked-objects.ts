// What steps share that make a set of Kubernetes objects in a workspace's GKE cluster: all of one mark, the definitions and
// namespaces before what needs them. Whatever somebody changed in one of them is put back.
import { seconds } from '../domain/time.ts'
import { DEFINITION, isEstablished, namesRefused } from '../manifests/definition.ts'
import { carries, type Labels } from '../manifests/labels.ts'
import { repairOf } from '../manifests/object-drift.ts'
import type { KubernetesObject, ObjectRef } from '../manifests/object.ts'
import type { Clock, Kubernetes } from '../ports.ts'
import { bringTo, deleteOwn, inParallel, isLeaving, refOf } from './kubernetes-objects.ts'
import type { Observed, Started, StepPorts } from './step.ts'

export type MarkedObjects = {
  readonly endpoint: string
  readonly mark: Labels
  readonly objects: readonly KubernetesObject[]
}
type Output = { readonly objects: number }
type Ports = Pick<StepPorts, 'kubernetes' | 'clock'>

const FIRST = new Set([DEFINITION, 'Namespace'])
/** A definition is served by then, unless the API server has much else to do: twice what a regional control plane takes. */
const SERVED_WITHIN = seconds(10)

export async function observeObjects(
  ports: Ports,
  input: MarkedObjects,
): Promise<Observed<Output>> {
  const kubernetes = ports.kubernetes(input.endpoint)
  const found = await inParallel(input.objects, (object) => kubernetes.get(refOf(object)))
  const there = found.filter((object) => object !== undefined)
  const foreign = there.find((object) => !carries(input.mark, object.metadata.labels))
  if (foreign) return { is: 'foreign', what: `${foreign.kind} "${foreign.metadata.name}"` }
  if (there.length === 0) return { is: 'absent' }
  if (there.some(isLeaving)) return { is: 'leaving' }
  // A role with a verb more, a policy with a hole: whoever did it, it is put back.
  const isWhole = input.objects.every((object, at) => {
    const now = found[at]
    return now !== undefined && repairOf(object, now) === undefined
  })
  if (!isWhole) return { is: 'partial' }
  const definitions = there.filter(({ kind }) => kind === DEFINITION)
  for (const definition of definitions) {
    const refusal = namesRefused(definition)
    if (refusal === undefined) continue
    const what = `a name in ${DEFINITION} "${definition.metadata.name}" (${refusal})`
    return { is: 'foreign', what, isInside: true }
  }
  if (!definitions.every(isEstablished)) return { is: 'partial', what: 'its kinds are not served' }
  return { is: 'present', output: { objects: there.length } }
}

/** `before`: what is to be done before an object is brought to what is wanted. */
export async function makeObjects(
  ports: Ports,
  input: MarkedObjects,
  before: (kubernetes: Kubernetes, wanted: KubernetesObject) => Promise<void> = async () => {},
): Promise<Started<Output>> {
  const kubernetes = ports.kubernetes(input.endpoint)
  const first = input.objects.filter(({ kind }) => FIRST.has(kind))
  const rest = input.objects.filter(({ kind }) => !FIRST.has(kind))
  const make = async (object: KubernetesObject): Promise<KubernetesObject> => {
    await before(kubernetes, object)
    return bringTo(kubernetes, ports.clock, object, input.mark)
  }
  const made = [...(await inParallel(first, make)), ...(await inParallel(rest, make))]
  const areOurs = made.every(
    (object) => carries(input.mark, object.metadata.labels) && !isLeaving(object),
  )
  // What was found and is not ours is told by the next look.
  if (!areOurs) return { is: 'pending', lookIn: 0 }
  for (const object of made) {
    if (object.kind !== DEFINITION || isEstablished(object)) continue
    if (!(await isServedSoon(kubernetes, ports.clock, refOf(object)))) return { is: 'pending' }
  }
  return { is: 'present', output: { objects: made.length } }
}

/** Whoever comes next makes objects of its kinds, which would be told that there is no such thing. */
async function isServedSoon(
  kubernetes: Kubernetes,
  clock: Clock,
  ref: ObjectRef,
): Promise<boolean> {
  for (let waited = 0, wait = 100; ; waited += wait, wait *= 2) {
    const definition = await kubernetes.get(ref)
    // Gone, or never to be: the next look says what is to be done.
    if (!definition || namesRefused(definition) !== undefined) return false
    if (isEstablished(definition)) return true
    if (waited >= SERVED_WITHIN) return false
    await clock.sleep(wait)
  }
}

export async function removeObjects(
  ports: Ports,
  input: MarkedObjects,
): Promise<Record<string, never>> {
  const kubernetes = ports.kubernetes(input.endpoint)
  const found = await inParallel(input.objects.toReversed(), (object) =>
    kubernetes.get(refOf(object)),
  )
  const ours = found.filter((object) => object && carries(input.mark, object.metadata.labels))
  await inParallel(ours, async (object) => object && deleteOwn(kubernetes, object))
  return {}
}
