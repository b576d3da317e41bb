// A Spark executor is ready when its Worker has registered with the Master, which runs in the driver pod of the same
// namespace: so executors are Ready only while that driver is. Follows both by their role label.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { namespaceOf, uidOf } from '../object-store.ts'
import { isTrue, podStatus } from '../pod-shape.ts'

const roleLabel = 'kindling.dev/role'

export interface DriverWatch {
  set(pod: KubernetesObject): void
  gone(pod: KubernetesObject): void
  /** As far as the driver is concerned. */
  mayBeReady(pod: KubernetesObject): boolean
}

interface Members {
  /** Uid of the driver that is Ready. */
  driver: string | undefined
  readonly executors: Set<string>
}

/** `changed` is called with the uid of each executor whose driver has become ready, or is no more. */
export function driverWatch(changed: (uid: string) => void): DriverWatch {
  const namespaces = new Map<string, Members>()

  function membersOf(pod: KubernetesObject): Members {
    const namespace = namespaceOf(pod)
    const members = namespaces.get(namespace) ?? { driver: undefined, executors: new Set() }
    namespaces.set(namespace, members)
    return members
  }

  function setDriver(members: Members, driver: string | undefined): void {
    const changes = (members.driver === undefined) !== (driver === undefined)
    members.driver = driver
    if (changes) for (const uid of members.executors) changed(uid)
  }

  return {
    set(pod) {
      const role = pod.metadata.labels?.[roleLabel]
      if (role === 'executor') membersOf(pod).executors.add(uidOf(pod))
      if (role !== 'driver') return
      const members = membersOf(pod)
      if (isTrue(podStatus(pod), 'Ready')) setDriver(members, uidOf(pod))
      else if (members.driver === uidOf(pod)) setDriver(members, undefined)
    },
    gone(pod) {
      const role = pod.metadata.labels?.[roleLabel]
      const members = role === undefined ? undefined : namespaces.get(namespaceOf(pod))
      if (!members) return
      members.executors.delete(uidOf(pod))
      if (members.driver === uidOf(pod)) setDriver(members, undefined)
      if (!members.driver && members.executors.size === 0) namespaces.delete(namespaceOf(pod))
    },
    mayBeReady(pod) {
      if (pod.metadata.labels?.[roleLabel] !== 'executor') return true
      return namespaces.get(namespaceOf(pod))?.driver !== undefined
    },
  }
}
