// The ways in which one call of a port can go wrong when its caller, its answer or the call itself does not come through.
import type { Call } from '../../shared/around.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'

/**
 * `before`: nothing is done, and the caller is told that it failed. `after`: it is done, and the answer is lost, so that
 * the caller knows nothing. `died`: it is done, and the caller's process is gone before it has recorded anything.
 * `hung`: the caller's process stands still until its time is nearly up; only then does the call take effect, and the
 * process goes on, though others have taken over by now. `late`: the caller waits as long as it may and gives up; the
 * effect comes after that. `twice`: it is done twice, and the caller is told what the second came to, as with a transport
 * that asks again.
 */
export type Mode = 'before' | 'after' | 'died' | 'hung' | 'late' | 'twice'

const OF_CHANGES: readonly Mode[] = ['before', 'after', 'died', 'hung', 'late', 'twice']
/** Nobody gives up on the store while its process lives: late is hung. */
const OF_THE_STORE: readonly Mode[] = ['before', 'after', 'died', 'hung', 'twice']
/** A read has no effect: whether it is cut off before or after is the same, and asking twice is asking once. */
const OF_READS: readonly Mode[] = ['before', 'died', 'hung']

export function modesOf({ port, method }: Pick<Call, 'port' | 'method'>): readonly Mode[] {
  if (!isMutation(method) || method === 'watch') return OF_READS
  return port === 'store' ? OF_THE_STORE : OF_CHANGES
}
