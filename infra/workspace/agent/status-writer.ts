// Writes snapshots into the status of one life of a custom resource, and of no other: fenced by the version, since the API
// server does not look at the uid in a status.
import type { PodSnapshot } from '../../../events/pod-snapshot.ts'
import { CallError } from '../../../shared/call-error.ts'
import { SPARK_CLUSTER } from '../../../shared/manifests/spark-cluster-crd.ts'
import type { Kubernetes } from '../../../shared/ports.ts'
import type { ClusterFact } from './cluster-fact.ts'
import { statusPatch } from './status-patch.ts'

/** Of one write, when others write the custom resource at the same time. */
const TRIES = 5

export interface StatusWriter {
  /** The custom resource has been seen at a version. */
  seen(fact: ClusterFact): void
  /** Not where the custom resource has gone, or is another's by now: the watch will say so too. Throws what the API throws. */
  write(snapshot: PodSnapshot): Promise<void>
}

export function statusWriter(
  kubernetes: Kubernetes,
  { uid, namespace, name, resourceVersion }: ClusterFact,
): StatusWriter {
  const ref = { ...SPARK_CLUSTER, namespace, name }
  let version = resourceVersion

  function keep(seen: string | undefined): void {
    if (Number(seen) > Number(version)) version = String(seen)
  }

  return {
    seen: (fact) => keep(fact.resourceVersion),
    async write(snapshot) {
      for (let tries = 1; ; tries++) {
        try {
          const patch = statusPatch(version, snapshot)
          const written = await kubernetes.patch(ref, patch, { subresource: 'status' })
          return keep(written.metadata.resourceVersion)
        } catch (error) {
          if (!(error instanceof CallError)) throw error
          if (error.kind === 'not-found') return
          if (error.kind !== 'conflict' || tries === TRIES) throw error
          const found = await kubernetes.get(ref)
          if (found?.metadata.uid !== uid) return
          keep(found.metadata.resourceVersion)
        }
      }
    },
  }
}
