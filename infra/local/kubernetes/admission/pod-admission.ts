// What is asked of a pod before it is stored, beyond being well formed: its service account and priority class exist,
// and it keeps to the LimitRanges of its namespace.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { namespaceOf, type ObjectStore } from '../object-store.ts'
import { podSpec } from '../pod-shape.ts'
import type { ResourceRegistry } from '../resource-registry.ts'
import { forbidden } from '../status-error.ts'
import { applyLimitDefaults, limitProblems } from './limit-range.ts'

export interface PodAdmission {
  /** Fills in priority and LimitRange defaults. Throws 403. */
  mutate(pod: KubernetesObject): KubernetesObject
  /** Throws 403. */
  validate(pod: KubernetesObject): void
}

const PREEMPTS = 'PreemptLowerPriority'

interface Ranking {
  readonly priority: number
  readonly priorityClassName?: string
  readonly preemptionPolicy: string
}

function rankingOf(named: KubernetesObject): Ranking {
  return {
    priority: Number(named['value']),
    priorityClassName: named.metadata.name,
    preemptionPolicy: named['preemptionPolicy'] === 'Never' ? 'Never' : PREEMPTS,
  }
}

export function podAdmission(store: ObjectStore, registry: ResourceRegistry): PodAdmission {
  const pods = registry.find('v1', 'Pod')
  const accounts = registry.find('v1', 'ServiceAccount')
  const ranges = registry.find('v1', 'LimitRange')
  const classes = registry.find('scheduling.k8s.io/v1', 'PriorityClass')

  function priorityOf(pod: KubernetesObject): Ranking {
    const name = podSpec(pod).priorityClassName
    if (name) {
      const named = store.get(classes, '', name)
      if (named) return rankingOf(named)
      throw forbidden(pods, pod.metadata.name, `no PriorityClass with name ${name} was found`)
    }
    const standard = [...store.each(classes)].find((each) => each['globalDefault'] === true)
    return standard ? rankingOf(standard) : { priority: 0, preemptionPolicy: PREEMPTS }
  }

  return {
    mutate(pod) {
      const namespace = namespaceOf(pod)
      const account = podSpec(pod).serviceAccountName ?? 'default'
      if (!store.get(accounts, namespace, account)) {
        const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`
        throw forbidden(pods, pod.metadata.name, why)
      }
      const ranking = priorityOf(pod)
      const { priority = ranking.priority } = podSpec(pod)
      if (priority !== ranking.priority) {
        const why = `the integer value of priority (${priority}) must not be provided in pod spec; priority admission controller computed ${ranking.priority} from the given PriorityClass name`
        throw forbidden(pods, pod.metadata.name, why)
      }
      const ranked = { ...pod, spec: { ...pod.spec, ...ranking } }
      return applyLimitDefaults(ranked, store.each(ranges, namespace))
    },
    validate(pod) {
      const problems = limitProblems(pod, [...store.each(ranges, namespaceOf(pod))])
      if (problems.length === 0) return
      const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`
      throw forbidden(pods, pod.metadata.name, String(text))
    },
  }
}
