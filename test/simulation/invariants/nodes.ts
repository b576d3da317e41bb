// Whose machines are whose.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { labelKeys } from '../../../shared/manifests/labels.ts'
import { sparkClustersIn } from '../kubernetes-objects.ts'
import type { Invariant } from './invariant.ts'

const ENDED: readonly unknown[] = ['Succeeded', 'Failed']

const clusterOf = ({ metadata }: KubernetesObject): string | undefined =>
  metadata.labels?.[labelKeys.cluster]

function nodeOf({ spec, status }: KubernetesObject): string | undefined {
  const name = spec?.['nodeName']
  return typeof name === 'string' && !ENDED.includes(status?.['phase']) ? name : undefined
}

export const noSharedNode: Invariant = {
  id: 'I1',
  name: 'no two clusters ever share a node',
  matters:
    'The machine is the wall between customers: whoever shares one can read what the other leaves.',
  during({ onObject, report }) {
    /** Pods of clusters on each node, by uid. */
    const nodes = new Map<string, Map<string, KubernetesObject>>()
    onObject((endpoint, { type, object, previous }) => {
      if (object.kind !== 'Pod' || clusterOf(object) === undefined) return
      const uid = object.metadata.uid ?? ''
      const before = previous && nodeOf(previous)
      if (before !== undefined) nodes.get(`${endpoint} ${before}`)?.delete(uid)
      const node = type === 'DELETED' ? undefined : nodeOf(object)
      if (node === undefined) return
      const key = `${endpoint} ${node}`
      const there = nodes.get(key) ?? new Map<string, KubernetesObject>()
      nodes.set(key, there.set(uid, object))
      const namespaces = new Set(Array.from(there.values(), ({ metadata }) => metadata.namespace))
      if (namespaces.size > 1) report(endpoint, `${node} has pods of ${[...namespaces].join(', ')}`)
    })
  },
}

export const podsAgreeOnTheirCluster: Invariant = {
  id: 'I2',
  name: "every pod's namespace, owner and node agree on one cluster",
  matters:
    'Rights, quota and bill go by namespace, deletion by owner: where they differ one cluster pays or dies for another.',
  during({ onObject, report, stack }) {
    onObject((endpoint, { type, object, previous }) => {
      const cluster = clusterOf(object)
      if (object.kind !== 'Pod' || cluster === undefined || type === 'DELETED') return
      const engine = stack().data.clusters.get(endpoint)
      if (!engine) return
      const { name, namespace, ownerReferences = [] } = object.metadata
      const about = `${endpoint} ${namespace}/${name}`
      if (type === 'ADDED') {
        const home = engine
          .snapshot('v1', 'Namespace')
          .find((each) => each.metadata.name === namespace)
        if (home && clusterOf(home) !== cluster)
          report(about, `is of ${cluster}, its namespace of ${clusterOf(home)}`)
        if (ownerReferences.length !== 1) report(about, `has ${ownerReferences.length} owners`)
        const [owner] = ownerReferences
        const found = sparkClustersIn(engine).find(({ metadata }) => metadata.uid === owner?.uid)
        if (!found || found.metadata.namespace !== namespace || clusterOf(found) !== cluster)
          report(about, `is of ${cluster}, its owner ${owner?.name} is not there`)
      }
      const node = nodeOf(object)
      if (node === undefined || (previous && nodeOf(previous) === node)) return
      const on = engine.snapshot('v1', 'Node').find((each) => each.metadata.name === node)
      const selector = object.spec?.['nodeSelector']
      for (const [key, value] of Object.entries(
        typeof selector === 'object' && selector ? selector : {},
      ))
        if (on && on.metadata.labels?.[key] !== value)
          report(
            about,
            `wants ${key}=${JSON.stringify(value)}, its node has ${on.metadata.labels?.[key]}`,
          )
    })
  },
}
