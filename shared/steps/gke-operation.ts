// Beginning an operation of GKE that makes or removes something, whoever else has begun it before.
import { CallError } from '../call-error.ts'
import type { GkeOperation } from '../google-cloud.ts'
import type { Observed, Started } from './step.ts'

/** `make` unless it is there already; then what `look` sees counts, and `mend` puts right what is not as it should be. */
export async function beginMaking<Output>(
  make: () => Promise<GkeOperation>,
  look: () => Promise<Observed<Output>>,
  mend?: () => Promise<Started<Output>>,
): Promise<Started<Output>> {
  try {
    const operation = await make()
    return { is: 'pending', operation: operation.name }
  } catch (error) {
    if (!(error instanceof CallError) || error.kind !== 'exists') throw error
    const seen = await look()
    if (seen.is === 'partial' && mend) return mend()
    return seen.is === 'present' ? seen : { is: 'pending', lookIn: 0 }
  }
}

/** `remove` what is there and ours; gone already is as good. */
export async function beginRemoving<Output>(
  remove: () => Promise<GkeOperation>,
  look: () => Promise<Observed<Output>>,
): Promise<{ readonly operation?: string }> {
  const before = await look()
  if (before.is === 'absent' || before.is === 'foreign') return {}
  try {
    const operation = await remove()
    return { operation: operation.name }
  } catch (error) {
    if (error instanceof CallError && error.kind === 'not-found') return {}
    throw error
  }
}
