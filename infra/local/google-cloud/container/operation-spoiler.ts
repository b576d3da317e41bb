// What faults make of an operation that begins: slower, ending in error, or lost.
import type { Profile } from '../../profile.ts'
import { type FaultBoard, isMeant } from '../faults/fault-board.ts'
import type { FaultValue } from '../faults/fault-catalog.ts'
import type { Begin } from './container-operations.ts'

type Meant = { readonly [key in 'type' | 'cluster' | 'pool']?: string | undefined }

/** google.rpc.Code. */
const CODES: Record<FaultValue<'operation-fails'>['code'], number> = {
  INVALID_ARGUMENT: 3,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  ABORTED: 10,
  INTERNAL: 13,
}

export function operationSpoiler(
  profile: Profile,
  faults: Pick<FaultBoard, 'strike'>,
): (begin: Begin) => { readonly begin: Begin; readonly isLost: boolean } {
  return (begin) => {
    // What GKE does by itself cannot be spoiled.
    if (!begin.fail) return { begin, isLost: false }
    const { type, target } = begin
    const isHere = (fault: Meant): boolean =>
      isMeant(fault.type, type) &&
      isMeant(fault.cluster, target.cluster, target.clusterPath) &&
      isMeant(fault.pool, target.pool)
    const slow = faults.strike('operation-slow', isHere)
    const durationMs = begin.durationMs + profile.scaled((slow?.seconds ?? 0) * 1000)
    const lost = faults.strike('operation-lost', isHere)
    if (lost) {
      const effect = async () => {
        if (lost.work === 'done') return begin.effect()
        begin.undo?.()
        return undefined
      }
      return { begin: { ...begin, durationMs, effect }, isLost: true }
    }
    const failing = faults.strike('operation-fails', isHere)
    if (!failing) return { begin: { ...begin, durationMs }, isLost: false }
    return { begin: { ...begin, durationMs, effect: failed(begin, failing) }, isLost: false }
  }
}

function failed({ fail, type }: Begin, fault: FaultValue<'operation-fails'>): Begin['effect'] {
  const { code, condition = 'UNKNOWN', message = `${type} failed: an internal error.` } = fault
  return async () => {
    fail?.({ code: condition, canonicalCode: code, message })
    return { code: CODES[code], message }
  }
}
