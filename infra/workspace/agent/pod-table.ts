// All Spark pods of the workspace, in groups by owner, as a reflector tells of them. Says which owners a change touches.
import type { Instant } from '../../../shared/domain/time.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { podFact, type PodFact } from './pod-fact.ts'
import { podGroup, type PodGroup } from './pod-group.ts'
import { sharpened } from './sharpened.ts'

export interface PodTable {
  /** The pods of one custom resource by its uid; empty when there are none. */
  groupOf(owner: string): PodGroup
  /** Owners touched. */
  replace(pods: readonly KubernetesObject[]): Iterable<string>
  put(pod: KubernetesObject): Iterable<string>
  remove(pod: KubernetesObject): Iterable<string>
}

/** `now`: when what is put is seen. */
export function podTable(now: () => Instant): PodTable {
  const groups = new Map<string, PodGroup>()
  const ownerOf = new Map<string, string>()
  const nobody = podGroup()

  function drop(uid: string | undefined): string[] {
    const owner = uid === undefined ? undefined : ownerOf.get(uid)
    if (uid === undefined || owner === undefined) return []
    ownerOf.delete(uid)
    const group = groups.get(owner)
    group?.remove(uid)
    if (group?.isEmpty()) groups.delete(owner)
    return [owner]
  }

  function put(pod: KubernetesObject): string[] {
    const fact = podFact(pod)
    // It may have lost its owner or role.
    if (!fact) return drop(pod.metadata.uid)
    const moved = ownerOf.get(fact.uid) === fact.owner ? [] : drop(fact.uid)
    const group = groups.get(fact.owner) ?? podGroup()
    groups.set(fact.owner, group)
    ownerOf.set(fact.uid, fact.owner)
    group.put(withTimes(fact, group.get(fact.uid), now()))
    return [...moved, fact.owner]
  }

  return {
    groupOf: (owner) => groups.get(owner) ?? nobody,
    replace(pods) {
      const there = new Set(pods.map(({ metadata }) => metadata.uid))
      const gone = [...ownerOf.keys()].filter((uid) => !there.has(uid))
      return new Set([...gone.flatMap(drop), ...pods.flatMap(put)])
    },
    put,
    remove: (pod) => drop(pod.metadata.uid),
  }
}

const TIMES = ['createdAt', 'scheduledAt', 'startedAt', 'readyAt'] as const

function withTimes(fact: PodFact, before: PodFact | undefined, seen: Instant): PodFact {
  const times = TIMES.flatMap((time) => {
    const at = sharpened(fact[time], seen, before?.[time])
    return at === undefined ? [] : [[time, at] as const]
  })
  return { ...fact, ...Object.fromEntries(times) }
}
