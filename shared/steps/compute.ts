// What the four Compute steps share: the mark in a description, and operations that take seconds. They send no hint, so
// they are waited for within the invocation, for ten seconds at most (design section 1).
import { CallError, type CallErrorKind } from '../call-error.ts'
import { covers } from '../domain/drift.ts'
import { requestUuid } from '../domain/names.ts'
import { seconds } from '../domain/time.ts'
import type { ComputeOperation, NetworkCollection, NetworkResources } from '../google-cloud.ts'
import type { Observed, Started, StepPorts } from './step.ts'

const WAIT_LIMIT = seconds(10)

export type SelfLink = { readonly selfLink: string }

interface Wanted<Collection extends NetworkCollection> {
  readonly collection: Collection
  /** Its description is the mark. */
  readonly resource: NetworkResources[Collection]
  /** Fields that must stay as they are: changed by others, they are put back. */
  readonly kept?: readonly string[]
}

/** Those of its fields that must stay so. */
function keptOf<C extends NetworkCollection>({ resource, kept = [] }: Wanted<C>): object {
  return Object.fromEntries(Object.entries(resource).filter(([field]) => kept.includes(field)))
}

export async function observeResource<Collection extends NetworkCollection>(
  { network }: StepPorts,
  wanted: Wanted<Collection>,
): Promise<Observed<SelfLink>> {
  const { collection, resource } = wanted
  const found = await network.get(collection, resource.name)
  if (!found) return { is: 'absent' }
  if (found.description !== resource.description) {
    return { is: 'foreign', what: `${collection} "${resource.name}"` }
  }
  if (!covers(keptOf(wanted), found)) return { is: 'partial' }
  return { is: 'present', output: { selfLink: found.selfLink ?? '' } }
}

export async function insertResource<Collection extends NetworkCollection>(
  ports: StepPorts,
  wanted: Wanted<Collection>,
): Promise<Started<SelfLink>> {
  const { collection, resource } = wanted
  try {
    const begun = await ports.network.insert(collection, resource, callId(ports, resource.name))
    if (!(await hasEnded(ports, begun))) {
      return { is: 'pending', operation: textOf(begun), lookIn: WAIT_LIMIT }
    }
  } catch (error) {
    if (!(error instanceof CallError) || error.kind !== 'exists') throw error
  }
  const seen = await observeResource(ports, wanted)
  if (seen.is === 'partial') return restoreResource(ports, wanted)
  return seen.is === 'present' ? seen : { is: 'pending', lookIn: WAIT_LIMIT }
}

/** Puts back what was changed. What Compute does not change (the action of a rule) means another thing under our name: it goes. */
async function restoreResource<Collection extends NetworkCollection>(
  ports: StepPorts,
  wanted: Wanted<Collection>,
): Promise<Started<SelfLink>> {
  const { collection, resource } = wanted
  const { name } = resource
  if (collection !== 'routers' && collection !== 'firewalls') return { is: 'pending' }
  try {
    // The fields are those of this collection's resource.
    const patch = { name, ...keptOf(wanted) } as NetworkResources['routers' | 'firewalls']
    const begun = await ports.network.patch(collection, patch, callId(ports, name))
    if (!(await hasEnded(ports, begun))) {
      return { is: 'pending', operation: textOf(begun), lookIn: WAIT_LIMIT }
    }
  } catch (error) {
    if (!(error instanceof CallError) || error.kind !== 'invalid') throw error
    await deleteResource(ports, wanted)
  }
  const seen = await observeResource(ports, wanted)
  return seen.is === 'present' ? seen : { is: 'pending', lookIn: WAIT_LIMIT }
}

/** Deletes what carries our mark. */
export async function deleteResource<Collection extends NetworkCollection>(
  ports: StepPorts,
  wanted: Wanted<Collection>,
): Promise<{ lookIn: number }> {
  const { collection, resource } = wanted
  const seen = await observeResource(ports, wanted)
  if (seen.is === 'present' || seen.is === 'partial') {
    try {
      const begun = await ports.network.delete(
        collection,
        resource.name,
        callId(ports, resource.name),
      )
      await hasEnded(ports, begun)
    } catch (error) {
      if (!(error instanceof CallError) || error.kind !== 'not-found') throw error
    }
  }
  return { lookIn: WAIT_LIMIT }
}

/** Compute ignores the repeat of a call; each of ours is meant anew, because the name keeps it from doing harm. */
function callId({ clock }: StepPorts, name: string): string {
  return requestUuid(`${name} ${clock.now()} ${clock.random()}`)
}

/** An operation as the ledger keeps it: its scope and its name. */
function textOf({ region, name }: ComputeOperation): string {
  return `${region ?? ''} ${name}`
}

/**
 * Whether the operation that an earlier attempt began is over; throws if it ended badly. Compute shows a thing before it can
 * be built on, so a thing that is seen while this is not over is not there yet.
 */
export async function isOver(ports: StepPorts, text: string): Promise<boolean> {
  const [region = '', name = ''] = text.split(' ')
  const begun: ComputeOperation = {
    name,
    ...(region === '' ? {} : { region }),
    status: 'RUNNING',
    operationType: '',
    targetLink: '',
  }
  const now = await askAfter(ports, begun)
  return now.status === 'DONE' && hasEnded(ports, now)
}

/** The operation as it is now, or as it was when it cannot be asked: it goes on all the same. */
async function askAfter(ports: StepPorts, known: ComputeOperation): Promise<ComputeOperation> {
  try {
    return await ports.network.getOperation(known)
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    // Forgotten by Compute, days after its end.
    if (error.kind === 'not-found') return { ...known, status: 'DONE' }
    if (error.kind === 'unavailable' || error.kind === 'rate') return known
    throw error
  }
}

/** Whether it ended in time; throws if it ended badly. */
async function hasEnded(ports: StepPorts, begun: ComputeOperation): Promise<boolean> {
  let operation = begun
  for (let waited = 0, wait = 200; operation.status !== 'DONE'; wait = Math.min(wait * 1.5, 1000)) {
    const rest = WAIT_LIMIT - waited
    if (rest <= 0) return false
    await ports.clock.sleep(Math.min(wait, rest))
    waited += Math.min(wait, rest)
    operation = await askAfter(ports, operation)
  }
  const [failure] = operation.error?.errors ?? []
  if (failure) throw new CallError(kindOf(failure.code), `${failure.code}: ${failure.message}`)
  return true
}

function kindOf(code: string): CallErrorKind {
  if (code.includes('QUOTA')) return 'quota'
  if (code === 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE' || code === 'RESOURCE_NOT_READY') return 'busy'
  if (code === 'RESOURCE_ALREADY_EXISTS') return 'exists'
  if (code === 'PERMISSIONS_ERROR') return 'denied'
  return 'failed'
}
