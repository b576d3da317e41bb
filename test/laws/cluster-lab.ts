// A step of a cluster in its lab, with the Kubernetes that it works in, for what may happen to pods and objects there.
import { annotationKeys, labelKeys } from '../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { registry } from '../../shared/steps/registry.ts'
import { refOf } from '../../shared/steps/kubernetes-objects.ts'
import { converge } from './converge.ts'
import { type Lab, startLab } from './lab.ts'

export interface ClusterLab extends Lab {
  /** Driver and executor pods, in order of their names. */
  pods(): Promise<KubernetesObject[]>
  /** Ends a pod as the death of its node does. */
  kill(pod: KubernetesObject | undefined, phase?: 'Failed' | 'Succeeded'): Promise<void>
  look(input?: Lab['input']): Promise<string>
}

/** In which the step has been made. */
export async function clusterLab(name: string): Promise<ClusterLab> {
  const step = registry.find((each) => each.name === name)
  if (!step) throw new Error(`no step is named "${name}"`)
  const lab = await startLab(step)
  await converge(lab, 'up')
  await lab.rest()
  lab.faults.record()
  return {
    ...lab,
    async pods() {
      const labelSelector = `${labelKeys.cluster}=etl`
      const { items } = await lab.gke().list({ apiVersion: 'v1', kind: 'Pod' }, { labelSelector })
      return items.toSorted((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
    },
    async kill(pod, phase = 'Failed') {
      if (!pod) throw new Error('there is no such pod')
      const status = { phase, reason: 'Terminated' }
      await lab.gke().patch(refOf(pod), { status }, { subresource: 'status' })
    },
    look: async (input = lab.input) => (await lab.drive(step.observe(lab.ports(), input))).is,
  }
}

export const namesOf = (pods: readonly KubernetesObject[]): string[] =>
  pods.map(({ metadata }) => metadata.name)

/** A pod but for what tells it from its like. */
export function likenessOf({ metadata, spec }: KubernetesObject): unknown {
  const { labels, ownerReferences, annotations } = metadata
  const alike = Object.entries(annotations ?? {}).filter(([key]) => key !== annotationKeys.index)
  return { labels, ownerReferences, spec, annotations: alike }
}
