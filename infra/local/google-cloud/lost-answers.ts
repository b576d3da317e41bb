// The worst that a call can do: take effect, and never say so. Any mutating call, by chance.
import { CallError } from '../../../shared/call-error.ts'
import type { Gke, Network } from '../../../shared/ports.ts'

export interface AnswerFaults {
  /** Chance in [0, 1] that a mutating call takes effect and its answer is lost. */
  lost: number
}

interface Faces {
  readonly gke: Gke
  readonly network: Network
}

export function losingAnswers(
  { gke, network }: Faces,
  faults: AnswerFaults,
  random: () => number,
): Faces {
  async function maybe<T>(call: Promise<T>): Promise<T> {
    const answer = await call
    if (faults.lost > 0 && random() < faults.lost)
      throw new CallError('unknown-outcome', 'the connection broke before the answer came')
    return answer
  }
  return {
    gke: {
      ...gke,
      createCluster: (cluster) => maybe(gke.createCluster(cluster)),
      deleteCluster: (cluster) => maybe(gke.deleteCluster(cluster)),
      createNodePool: (cluster, pool) => maybe(gke.createNodePool(cluster, pool)),
      deleteNodePool: (cluster, pool) => maybe(gke.deleteNodePool(cluster, pool)),
    },
    network: {
      ...network,
      insert: (collection, resource, requestId) =>
        maybe(network.insert(collection, resource, requestId)),
      delete: (collection, name, requestId) => maybe(network.delete(collection, name, requestId)),
    },
  }
}
