// The agent's term: a Lease that counts how often it changed hands. The newest start takes it at once, because a
// Deployment's newest pod is the one that is meant; whoever lost it is silent until it has lapsed. Two agents that speak
// at the same time do no harm: reports are ordered by term (protocol rule 14).
import { CallError } from '../../../shared/call-error.ts'
import { seconds, type Instant } from '../../../shared/domain/time.ts'
import { AGENT_LEASE } from '../../../shared/manifests/agent.ts'
import { annotationKeys } from '../../../shared/manifests/labels.ts'
import type { JsonObject, KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'

const REF = AGENT_LEASE

const LEASE_SECONDS = 45
export const RENEW_EVERY = seconds(15)

export interface Lease {
  /** Takes the Lease and answers the new term. Throws what the API throws; `conflict` when another was first. */
  take(): Promise<number>
  /** Says that the holder is still there, and leaves a note if there is one. False when the Lease is another's now. */
  renew(note?: string): Promise<boolean>
  /** The note that stood in the Lease when it was taken: it outlives the agent that left it. */
  found(): { readonly note: string | undefined; readonly uid: string }
  /** When the Lease lapses unless its holder renews it. */
  lapsesAt(): Promise<Instant>
}

/** `holder` tells this start of the agent from every other. */
export function agentLease(kubernetes: Kubernetes, clock: Clock, holder: string): Lease {
  let last = 0
  let note: string | undefined
  let uid = ''
  /** The Lease as this holder wrote it last. */
  let held: KubernetesObject | undefined
  const microTime = (): string => new Date(clock.now()).toISOString().replace('Z', '000Z')

  async function write(
    found: KubernetesObject | undefined,
    spec: JsonObject,
    left?: string,
  ): Promise<KubernetesObject> {
    if (!found) {
      return await kubernetes.create({
        apiVersion: REF.apiVersion,
        kind: REF.kind,
        metadata: { name: REF.name, namespace: REF.namespace },
        spec,
      })
    }
    const { resourceVersion } = found.metadata
    const noted = left === undefined ? {} : { annotations: { [annotationKeys.meter]: left } }
    return await kubernetes.patch(REF, { metadata: { resourceVersion, ...noted }, spec })
  }

  /** False when the Lease is another's, or has been written or deleted since it was found so. */
  async function renewFrom(found: KubernetesObject | undefined, left?: string): Promise<boolean> {
    held = undefined
    if (found?.spec?.['holderIdentity'] !== holder) return false
    try {
      held = await write(found, { renewTime: microTime() }, left)
      return true
    } catch (error) {
      const isOver =
        error instanceof CallError && (error.kind === 'conflict' || error.kind === 'not-found')
      if (isOver) return false
      throw error
    }
  }

  return {
    async take() {
      const found = await kubernetes.get(REF)
      const terms = found?.spec?.['leaseTransitions']
      // Never a lower term than before, even if somebody deleted the Lease.
      const term = Math.max(typeof terms === 'number' ? terms : 0, last) + 1
      try {
        const taken = await write(found, {
          holderIdentity: holder,
          leaseDurationSeconds: LEASE_SECONDS,
          leaseTransitions: term,
          acquireTime: microTime(),
          renewTime: microTime(),
        })
        note = taken.metadata.annotations?.[annotationKeys.meter]
        uid = taken.metadata.uid ?? ''
        held = taken
      } catch (error) {
        if (error instanceof CallError && error.kind === 'exists') {
          throw new CallError('conflict', `another agent made the Lease first`, { cause: error })
        }
        throw error
      }
      last = term
      return term
    },
    async renew(left) {
      // Nobody else writes it, as a rule, and then there is nothing to look at first.
      if (held && (await renewFrom(held, left))) return true
      return await renewFrom(await kubernetes.get(REF), left)
    },
    found: () => ({ note, uid }),
    async lapsesAt() {
      const spec = (await kubernetes.get(REF))?.spec
      const renewed = Date.parse(typeof spec?.['renewTime'] === 'string' ? spec['renewTime'] : '')
      return Number.isFinite(renewed) ? renewed + seconds(LEASE_SECONDS) : clock.now()
    },
  }
}
