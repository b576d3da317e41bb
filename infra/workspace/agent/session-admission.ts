// Admits sessions, or refuses them (protocol rule 13). One that is admitted is counted first in the custom resource's
// status, under the very version that bore no drain: whoever sees a later drain sees the count beside it, also when this
// agent has died, or was not the only one. One that is refused in a drain is counted too, which calls the end off.
import { CallError } from '../../../shared/call-error.ts'
import {
  admittedBySight,
  type SessionAnswer,
  type SessionSight,
  unreachable,
} from '../../../shared/domain/session-admission.ts'
import type { JsonObject, KubernetesObject } from '../../../shared/manifests/object.ts'
import { SPARK_CLUSTER } from '../../../shared/manifests/spark-cluster-crd.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'
import { clusterFact, type ClusterFact } from './cluster-fact.ts'
import { within } from './within.ts'

/** Asks for a session on the cluster whose namespace this is. Never throws. */
export type AdmitSession = (namespace: string) => Promise<SessionAnswer>

export interface SessionAdmissionOptions {
  readonly kubernetes: Kubernetes
  readonly clock: Clock
  /** What the agent knows of the custom resource in a namespace, if anything. */
  readonly known: (namespace: string) => ClusterFact | undefined
  /** Whether that is all there is. */
  readonly isCurrent: () => boolean
  readonly driver: (uid: string) => SessionSight['driver']
}

/** Writes of a status that may come between look and count: the agent's own reports do. */
const TRIES = 10
const CALL_WITHIN = 5000

export function sessionAdmission(options: SessionAdmissionOptions): AdmitSession {
  const { kubernetes, clock, known, isCurrent, driver } = options
  /** The drain in which a session of each custom resource was refused last, and that was counted. */
  const refusedIn = new Map<string, string>()

  /** Undefined: it has changed meanwhile, and must be looked at again. */
  async function tryOnce(fact: ClusterFact): Promise<SessionAnswer | undefined> {
    const { cluster, uid, namespace, name } = fact
    const ref = { ...SPARK_CLUSTER, namespace, name }
    const found = await kubernetes.get(ref)
    const now = found?.metadata.uid === uid ? clusterFact(found) : undefined
    const answer = admittedBySight({
      cluster,
      resource: found && now && !found.metadata.deletionTimestamp ? 'there' : 'leaving',
      drain: now?.drain,
      driver: driver(uid),
    })
    const sessions = now && countedIn(now, answer)
    if (!found || !sessions) return answer
    if (!(await written(kubernetes.patch(ref, counted(found, sessions), STATUS)))) return undefined
    if (now.drain !== undefined) refusedIn.set(uid, now.drain)
    return answer
  }

  /** The counts with this answer; undefined where it need not be counted. */
  function countedIn(
    { uid, drain, sessions: { admitted, refused } }: ClusterFact,
    answer: SessionAnswer,
  ): ClusterFact['sessions'] | undefined {
    if (answer.is === 'admitted') return { admitted: admitted + 1, refused }
    const isNews = drain !== undefined && refusedIn.get(uid) !== drain
    return answer.reason.code === 'CLUSTER_DRAINING' && isNews
      ? { admitted, refused: refused + 1 }
      : undefined
  }

  return async (namespace) => {
    const fact = known(namespace)
    if (!fact && !isCurrent()) return unreachable(namespace, 'its agent has just started')
    const { cluster = namespace } = fact ?? {}
    const gone = { cluster, resource: 'leaving', drain: undefined, driver: 'absent' } as const
    if (!fact) return admittedBySight(gone)
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        const what = `the admission to ${cluster}`
        const answer = await within(clock, CALL_WITHIN, what, tryOnce(fact))
        if (answer) return answer
      }
      return unreachable(cluster, 'its custom resource changed too often')
    } catch (error) {
      return unreachable(cluster, error instanceof Error ? error.message : String(error))
    }
  }
}

const STATUS = { subresource: 'status' } as const

/** Refused with `conflict` when anything of the custom resource has changed since. */
function counted(
  { metadata: { uid = '', resourceVersion = '' } }: KubernetesObject,
  { admitted, refused }: ClusterFact['sessions'],
): JsonObject {
  return { metadata: { uid, resourceVersion }, status: { sessions: { admitted, refused } } }
}

async function written(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof CallError && ['conflict', 'not-found'].includes(error.kind)) return false
    throw error
  }
}
