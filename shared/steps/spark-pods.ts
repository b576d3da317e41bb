// Pods that Kindling makes itself, one for each index: what the driver and a batch of executors have in common. A pod that
// is dead, or that belonged to a custom resource of before, keeps its name (rule *spot*): it counts as not there, and the
// next incarnation of its index takes its place. There is never more than one live pod for an index.
import { podPlace } from '../domain/names.ts'
import { seconds } from '../domain/time.ts'
import { carries, type Labels, selectorOf } from '../manifests/labels.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import {
  createOrGet,
  deleteOwn,
  inParallel,
  isLeaving,
  isOwnQuotaFull,
} from './kubernetes-objects.ts'
import { notOurs, type Started, type Observed, type StepPorts } from './step.ts'

/** Which pods: those of one mark whose index is in a range. */
export interface PodRange {
  readonly endpoint: string
  readonly namespace: string
  /** Of all pods of one start and role. */
  readonly mark: Labels
  /** In their names: tells a range from one of the same indexes that was there before. */
  readonly life: number
  /** The uid of the custom resource that they must belong to. */
  readonly owner: string
  readonly first: number
  /** Of those that are wanted. */
  readonly last: number
  /** Of those that an earlier, larger wish may have made. */
  readonly end: number
}

export interface WantedPods extends PodRange {
  /** The step that makes them. */
  readonly step: string
  pod(index: number, incarnation: number): KubernetesObject
}

interface Place {
  readonly index: number
  readonly incarnation: number
  readonly pod: KubernetesObject
}

/** What is to be done, so that each wanted index has one live pod, and no other index has one. */
interface Review {
  readonly missing: readonly Pick<Place, 'index' | 'incarnation'>[]
  /** Dead pods, second ones of an index, and those that are no longer wanted. */
  readonly surplus: readonly KubernetesObject[]
}

type Output = { readonly pods: number }

/** Looks and changes in one attempt, in case others change the same pods. */
const ROUNDS = 3
const LOOK_SOON = seconds(2)
/** Charges of a quota that are no longer true are taken off within minutes (rule *quota-conflict*). */
const QUOTA_LOOK = seconds(15)

/** One list for the whole cluster, because its executors differ in name only. */
async function podsIn(ports: StepPorts, range: PodRange): Promise<Place[]> {
  const kind = { apiVersion: 'v1', kind: 'Pod', namespace: range.namespace }
  const labelSelector = selectorOf(range.mark)
  const { items } = await ports.kubernetes(range.endpoint).list(kind, { labelSelector })
  return items.flatMap((pod) => {
    const place = podPlace(pod.metadata.name)
    if (!place || place.life !== range.life) return []
    if (place.index < range.first || place.index > range.end) return []
    return [{ index: place.index, incarnation: place.incarnation, pod }]
  })
}

/** It has ended, and will not start again under this name. */
function isDead({ status }: KubernetesObject): boolean {
  return status?.['phase'] === 'Failed' || status?.['phase'] === 'Succeeded'
}

/** On its way out: being deleted, or left by a custom resource that is gone, so that Kubernetes collects it. */
function isGoing({ owner }: PodRange, pod: KubernetesObject): boolean {
  return isLeaving(pod) || !pod.metadata.ownerReferences?.some(({ uid }) => uid === owner)
}

function review(range: PodRange, places: readonly Place[]): Review {
  const missing: Review['missing'][number][] = []
  const surplus: KubernetesObject[] = []
  for (let index = range.first; index <= range.end; index++) {
    const mine = places
      .filter((place) => place.index === index)
      .toSorted((a, b) => a.incarnation - b.incarnation)
    const here = mine.filter(({ pod }) => !isGoing(range, pod))
    // The first of two, so that all who look choose the same.
    const kept = index <= range.last ? here.find(({ pod }) => !isDead(pod)) : undefined
    surplus.push(...here.filter((place) => place !== kept).map(({ pod }) => pod))
    if (kept || index > range.last) continue
    missing.push({ index, incarnation: (mine.at(-1)?.incarnation ?? -1) + 1 })
  }
  return { missing, surplus }
}

export async function observePods(ports: StepPorts, range: PodRange): Promise<Observed<Output>> {
  const places = await podsIn(ports, range)
  if (places.length === 0) return { is: 'absent' }
  if (places.every(({ pod }) => isGoing(range, pod))) return { is: 'leaving', lookIn: LOOK_SOON }
  const { missing, surplus } = review(range, places)
  if (missing.length > 0 || surplus.length > 0) {
    return { is: 'partial', what: `${missing.length} pods too few, ${surplus.length} too many` }
  }
  return { is: 'present', output: { pods: range.last - range.first + 1 } }
}

export async function bringPods(
  ports: StepPorts,
  wanted: WantedPods,
  isFirst: boolean,
): Promise<Started<Output>> {
  const kubernetes = ports.kubernetes(wanted.endpoint)
  for (let round = 1; round <= ROUNDS; round++) {
    const places = isFirst && round === 1 ? [] : await podsIn(ports, wanted)
    const { missing, surplus } = review(wanted, places)
    // Made before the dead ones go: as long as a name is held, all who look agree on the name that comes next.
    const made = await inParallel(missing, ({ index, incarnation }) =>
      createOrGet(kubernetes, ports.clock, wanted.pod(index, incarnation)),
    ).catch(unlessQuotaIsFull)
    if (!made) return { is: 'pending', lookIn: QUOTA_LOOK }
    // Without our mark it is in no list of ours, so no later look would tell.
    const stranger = made.find(({ metadata }) => !carries(wanted.mark, metadata.labels))
    if (stranger) throw notOurs(wanted.step, `pod "${stranger.metadata.name}"`)
    await inParallel(surplus, (pod) => deleteOwn(kubernetes, pod))
    if (made.every((pod) => !isGoing(wanted, pod) && !isDead(pod))) {
      return { is: 'present', output: { pods: wanted.last - wanted.first + 1 } }
    }
  }
  return { is: 'pending', lookIn: LOOK_SOON }
}

function unlessQuotaIsFull(error: unknown): undefined {
  if (!isOwnQuotaFull(error)) throw error
}

/** Asks every pod of the range to go, in its own time: also those of an earlier wish, and of an earlier custom resource. */
export async function removePods(ports: StepPorts, range: PodRange): Promise<{ lookIn: number }> {
  const kubernetes = ports.kubernetes(range.endpoint)
  const pods = (await podsIn(ports, range)).map(({ pod }) => pod)
  await inParallel(
    pods.filter((pod) => !isLeaving(pod)),
    (pod) => deleteOwn(kubernetes, pod),
  )
  return { lookIn: LOOK_SOON }
}
