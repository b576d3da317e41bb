// The ways in which one call of a port can go wrong when its caller, its answer or the call itself does not come through.
import { isMutation } from '../../shared/runtime/call-limits.ts'

/**
 * `before`: nothing is done, and the caller is told that it failed. `after`: it is done, and the answer is lost, so that
 * the caller knows nothing. `died`: it is done, and the caller's process is gone before it has recorded anything.
 * `hung`: nothing comes back until the caller's time is nearly up; only then does it take effect, and the caller goes on,
 * though others have taken over by now. `twice`: it is done twice, and the caller is told what the second came to, as
 * with a transport that asks again.
 */
export type Mode = 'before' | 'after' | 'died' | 'hung' | 'twice'

const OF_CHANGES: readonly Mode[] = ['before', 'after', 'died', 'hung', 'twice']

/** A read has no effect: whether it is cut off before or after is the same, and asking twice is asking once. */
const OF_READS: readonly Mode[] = ['before', 'died', 'hung']

export function modesOf(method: string): readonly Mode[] {
  return isMutation(method) ? OF_CHANGES : OF_READS
}
