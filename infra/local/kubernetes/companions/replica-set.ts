// The shape of what a Deployment is made of: its ReplicaSet for the present template, and the references between them. Pure.
import type {
  JsonObject,
  KubernetesObject,
  OwnerReference,
} from '../../../../shared/manifests/object.ts'
import { isObject } from '../frozen-json.ts'
import { namespaceOf, uidOf } from '../object-store.ts'

export const appsVersion = 'apps/v1'

export function ownerReference(owner: KubernetesObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner
  const common = { controller: true, blockOwnerDeletion: true }
  return { apiVersion, kind, name: metadata.name, uid: uidOf(owner), ...common }
}

export function controllerUid(object: KubernetesObject): string {
  return object.metadata.ownerReferences?.find((owner) => owner.controller)?.uid ?? ''
}

interface Template {
  readonly metadata: {
    readonly labels: Record<string, string>
    readonly annotations?: Record<string, string>
  }
  readonly spec: JsonObject
}

export function templateOf(object: KubernetesObject): Template {
  return object.spec?.['template'] as unknown as Template // checked when it was stored
}

export function replicasOf(object: KubernetesObject): number {
  return Number(object.spec?.['replicas'] ?? 1)
}

/** Ten letters that differ with the template: FNV-1a over its JSON. */
function templateHash(template: Template): string {
  let hash = 0x811c9dc5
  for (const letter of JSON.stringify(template)) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return hash.toString(36).padStart(7, '0')
}

export function replicaSetOf(deployment: KubernetesObject): KubernetesObject {
  const template = templateOf(deployment)
  const hash = templateHash(template)
  const labels = { ...template.metadata.labels, 'pod-template-hash': hash }
  const selector = isObject(deployment.spec?.['selector'])
    ? deployment.spec['selector']['matchLabels']
    : {}
  return {
    apiVersion: appsVersion,
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: namespaceOf(deployment),
      labels,
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: replicasOf(deployment),
      selector: {
        matchLabels: { ...(selector as Record<string, string>), 'pod-template-hash': hash },
      },
      template: { metadata: { ...template.metadata, labels }, spec: template.spec },
    },
  }
}

export function ownedBySet(pod: KubernetesObject): boolean {
  return (
    pod.metadata.ownerReferences?.some(
      (owner) => owner.controller && owner.kind === 'ReplicaSet',
    ) === true
  )
}
