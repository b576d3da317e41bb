// A Spark executor is ready when its Worker has registered with the Master, which runs in the driver pod of the same
// namespace: so executors are Ready only while that driver is, and while somebody answers for its name. Follows them by
// their labels.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { namespaceOf, uidOf } from '../object-store.ts'
import { isTrue, podStatus } from '../pod-shape.ts'

const roleLabel = 'kindling.dev/role'
const dnsLabel = 'k8s-app'

function isDns({ metadata: { namespace, labels } }: KubernetesObject): boolean {
  return namespace === 'kube-system' && labels?.[dnsLabel] === 'kube-dns'
}

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

  /** Pods of kube-dns, and whether each is Ready. Where there are none, names are somebody else's business. */
  const dns = new Map<string, boolean>()
  const hasNames = (): boolean => dns.size === 0 || [...dns.values()].includes(true)

  function changeDns(change: () => void): void {
    const before = hasNames()
    change()
    if (before === hasNames()) return
    for (const { executors } of namespaces.values()) for (const uid of executors) changed(uid)
  }

  return {
    set(pod) {
      if (isDns(pod)) changeDns(() => dns.set(uidOf(pod), isTrue(podStatus(pod), 'Ready')))
      const role = pod.metadata.labels?.[roleLabel]
      if (role === 'executor') membersOf(pod).executors.add(uidOf(pod))
      if (role !== 'driver') return
      const members = membersOf(pod)
      if (isTrue(podStatus(pod), 'Ready')) setDriver(members, uidOf(pod))
      else if (members.driver === uidOf(pod)) setDriver(members, undefined)
    },
    gone(pod) {
      if (isDns(pod)) changeDns(() => dns.delete(uidOf(pod)))
      const role = pod.metadata.labels?.[roleLabel]
      const members = role === undefined ? undefined : namespaces.get(namespaceOf(pod))
      if (!members) return
      members.executors.delete(uidOf(pod))
      if (members.driver === uidOf(pod)) setDriver(members, undefined)
      if (!members.driver && members.executors.size === 0) namespaces.delete(namespaceOf(pod))
    },
    mayBeReady(pod) {
      if (pod.metadata.labels?.[roleLabel] !== 'executor') return true
      return hasNames() && namespaces.get(namespaceOf(pod))?.driver !== undefined
    },
  }
}
