// What must not become more than was agreed.
import { limits } from '../../../shared/catalog/limits.ts'
import { labelKeys } from '../../../shared/manifests/labels.ts'
import type { Invariant } from './invariant.ts'

export const quotasHold: Invariant = {
  id: 'I5',
  name: 'no more operations and no more pods than agreed',
  matters:
    'Google refuses the sixth operation for everybody, and a pod too many is a machine that nobody asked for.',
  during({ onWrite, onObject, report, documents }) {
    onWrite(({ path, before, after }) => {
      if (!path.includes('/slots/') || before || !after) return
      const slots = path.slice(0, path.lastIndexOf('/') + 1)
      const taken = [...documents.keys()].filter((each) => each.startsWith(slots)).length
      const most = limits.gke.operationsInFlight
      if (taken > most) report(slots, `has ${taken} operations in flight; ${most} at most`)
    })
    /** Names of the pods of one life of a cluster. */
    const lives = new Map<string, Set<string>>()
    onObject((endpoint, { type, object: { kind, metadata, status } }) => {
      const { labels, namespace, name } = metadata
      const cluster = labels?.[labelKeys.cluster]
      if (kind !== 'Pod' || cluster === undefined || !namespace) return
      const life = `${endpoint} ${namespace} ${labels?.[labelKeys.life]}`
      const names = lives.get(life) ?? new Set()
      lives.set(life, names)
      // What has ended holds no machine: its replacement may come before it is deleted.
      const hasEnded = status?.['phase'] === 'Failed' || status?.['phase'] === 'Succeeded'
      if (type === 'DELETED' || hasEnded) names.delete(name)
      else names.add(name)
      // A driver, and the most executors that any request of the workload asks for.
      if (type === 'ADDED' && names.size > 1 + MOST_EXECUTORS)
        report(namespace, `has ${names.size} pods`)
    })
  },
}

/** Of the workload's requests. */
const MOST_EXECUTORS = 51
