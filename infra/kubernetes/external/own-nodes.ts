// The Kubernetes port as the simulated cloud meets a cluster that is not its own: the nodes that it makes bear the run's
// label, are played by the run's own kwok, and belong to no cloud that could miss their machines.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Kubernetes } from '../../../shared/ports.ts'
import { KWOK_KEY } from '../../local/google-cloud/nodes/node-template.ts'
import { RUN_LABEL } from './remains.ts'

export function withOwnNodes(kubernetes: Kubernetes, prefix: string): Kubernetes {
  return {
    ...kubernetes,
    create: (object) =>
      kubernetes.create(object.kind === 'Node' ? ownNode(object, prefix) : object),
  }
}

function ownNode(node: KubernetesObject, prefix: string): KubernetesObject {
  const { metadata, spec } = node
  return {
    ...node,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [RUN_LABEL]: prefix },
      annotations: { ...metadata.annotations, [KWOK_KEY]: prefix },
    },
    spec: { ...spec, providerID: `kwok://${metadata.name}` },
  }
}
