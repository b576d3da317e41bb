// The limits that calls of a step run under: mutations begin soon after the claim, and every call ends (protocol rule 3).
import { CallError } from '../call-error.ts'
import { CALL_DEADLINE, MUTATION_WINDOW } from '../domain/protocol-times.ts'
import type { Clock } from '../ports.ts'
import type { Hook } from '../around.ts'
import { withTimeLimit } from '../time-limit.ts'

const READS = new Set([
  'get',
  'list',
  'listZones',
  'listQuotas',
  'hasMachineType',
  'listClusters',
  'listNodePools',
  'find',
  'snapshot',
  'getCluster',
  'getNodePool',
  'getOperation',
  'getTopic',
])

export const isMutation = (method: string): boolean => !READS.has(method)

/**
 * Refuses mutations that would begin too late (`closed`), and gives up on calls that take too long: a read is then
 * `unavailable`, a mutation `unknown-outcome`, because it may still take effect.
 */
export function limitCalls(clock: Clock, claimedAt: number): Hook {
  return async (call, proceed) => {
    const what = `${call.port}.${call.method}`
    const mutates = isMutation(call.method)
    if (mutates && clock.now() - claimedAt > MUTATION_WINDOW) {
      throw new CallError('closed', `${what}: too long after the claim to begin`)
    }
    const kind = mutates ? 'unknown-outcome' : 'unavailable'
    return await withTimeLimit(clock, CALL_DEADLINE, proceed(), () => {
      throw new CallError(kind, `${what}: no answer in ${CALL_DEADLINE} ms`)
    })
  }
}
