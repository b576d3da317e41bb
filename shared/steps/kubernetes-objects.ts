// What steps that make Kubernetes objects share: create or find ours, remove ours, by label and by uid. An object of our
// name without our mark, of another life, or on its way out, is not ours to take (protocol rule 4).
import { CallError } from '../call-error.ts'
import { seconds } from '../domain/time.ts'
import { CLUSTER_QUOTA } from '../manifests/cluster-namespace.ts'
import { carries, type Labels } from '../manifests/labels.ts'
import { repairOf } from '../manifests/object-drift.ts'
import type { KubernetesObject, ObjectRef } from '../manifests/object.ts'
import type { Clock, Kubernetes } from '../ports.ts'

/** Tries of one create under a quota that others write at the same time, or that was made only now. */
const QUOTA_TRIES = 12
/** Of one patch of what others write too. */
const PATCH_TRIES = 5
/** Calls at once to one API server from one step. */
const WIDTH = 16

export function refOf({ apiVersion, kind, metadata }: KubernetesObject): ObjectRef {
  const { name, namespace } = metadata
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

export function isLeaving(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp !== undefined
}

/** The object once it exists: made now, or found. */
export async function createOrGet(
  kubernetes: Kubernetes,
  clock: Clock,
  object: KubernetesObject,
): Promise<KubernetesObject> {
  for (let tries = 1; ; tries++) {
    try {
      return await kubernetes.create(object)
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (error.kind === 'exists') {
        const found = await kubernetes.get(refOf(object))
        if (found) return found
      } else if (!isQuotaInFlight(error)) {
        throw error
      }
      // Gone between the two calls, or a quota in flight: soon right.
      if (tries === QUOTA_TRIES) throw error
      await clock.sleep(50 * tries + clock.random() * seconds(0.1))
    }
  }
}

/**
 * Makes the object, or makes it again what it should be if it bears `mark`; answers it as it is then. What does not bear
 * it, or is on its way out, is answered untouched. `known`: as it was just seen, undefined if nothing was.
 */
export async function bringTo(
  kubernetes: Kubernetes,
  clock: Clock,
  wanted: KubernetesObject,
  mark: Labels,
  known?: KubernetesObject,
): Promise<KubernetesObject> {
  let found = known
  for (let tries = 1; ; tries++) {
    found ??= await createOrGet(kubernetes, clock, wanted)
    if (!carries(mark, found.metadata.labels) || isLeaving(found)) return found
    const repair = repairOf(wanted, found)
    if (!repair) return found
    try {
      return await kubernetes.patch(refOf(wanted), repair)
    } catch (error) {
      // Somebody wrote it meanwhile, such as its status, or deleted it: look again.
      const isStale = error instanceof CallError && ['conflict', 'not-found'].includes(error.kind)
      if (!isStale || tries === PATCH_TRIES) throw error
      found = await kubernetes.get(refOf(wanted))
    }
  }
}

/** Another create wrote the quota first (rule *quota-conflict*), or its controller has not counted it for the first time. */
function isQuotaInFlight(error: CallError): boolean {
  if (error.kind === 'conflict') return true
  if (error.kind !== 'denied') return false
  return error.message.includes('status unknown for quota') || isOwnQuotaFull(error)
}

/**
 * Our own quota has twice the room that is needed: where it is full, its growth has not been counted yet, or it counts
 * pods that are going or never came to be (rule *quota-conflict*). Quotas of others are an answer.
 */
export function isOwnQuotaFull(error: unknown): boolean {
  if (!(error instanceof CallError) || error.kind !== 'denied') return false
  return error.message.includes(`exceeded quota: ${CLUSTER_QUOTA},`)
}

/** Deletes this very object; gone already is as good. */
export async function deleteOwn(kubernetes: Kubernetes, object: KubernetesObject): Promise<void> {
  const { uid } = object.metadata
  try {
    await kubernetes.delete(refOf(object), uid === undefined ? {} : { uid })
  } catch (error) {
    // A conflict means that another object has the name by now, which is not this one.
    if (error instanceof CallError && (error.kind === 'not-found' || error.kind === 'conflict'))
      return
    throw error
  }
}

/**
 * Runs `each` over all items, a few at a time; answers in order. When one fails no more are begun, and it throws only when
 * none is under way any more: a call that outlives its attempt's record could act on a world that was taken for final.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  each: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const errors: unknown[] = []
  const rest = items.entries()
  const lane = async (): Promise<void> => {
    for (const [at, item] of rest) {
      if (errors.length > 0) return
      try {
        results[at] = await each(item)
      } catch (error) {
        errors.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(WIDTH, items.length) }, lane))
  if (errors.length > 0) throw worstOf(errors)
  return results
}

/** A call that may still take effect says more than one that was refused. */
function worstOf(errors: readonly unknown[]): unknown {
  const open = errors.find(
    (error) => error instanceof CallError && error.kind === 'unknown-outcome',
  )
  return open ?? errors[0]
}
