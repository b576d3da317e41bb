// What the API server does for one kind beyond the rules for all: what it fills in at creation, what it refuses,
// and what may never change.
import type { Resource } from '../../../shared/manifests/kinds.ts'
import type { JsonObject, KubernetesObject } from '../../../shared/manifests/object.ts'
import { customCauses, defaultCustom } from './custom-schema.ts'
import { definitionCauses, defaultDefinition } from './custom-resource-definitions.ts'
import { isObject, sameJson } from './frozen-json.ts'
import { defaultPod, podCauses, podUpdateCauses } from './pod-strategy.ts'
import type { ServedResource } from './resource-registry.ts'
import { type Cause, invalidValue, requiredValue } from './status-error.ts'

export interface Strategy {
  /** Only ever given an object in which `validate` found nothing wrong. */
  readonly prepare?: (object: KubernetesObject) => KubernetesObject
  readonly validate?: (object: KubernetesObject) => Cause[]
  readonly validateUpdate?: (next: KubernetesObject, current: KubernetesObject) => Cause[]
  /** Create takes the status that is given instead of dropping it. */
  readonly keepsStatus?: true
}

/** A field, by path, that stays as it was created. */
function immutable(...path: readonly string[]): NonNullable<Strategy['validateUpdate']> {
  const at = (object: KubernetesObject): unknown =>
    path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object)
  return (next, current) =>
    sameJson(at(next), at(current))
      ? []
      : [invalidValue(path.join('.'), at(next) ?? null, 'field is immutable')]
}

function deploymentCauses(object: KubernetesObject): Cause[] {
  const spec: JsonObject = object.spec ?? {}
  const selector = isObject(spec['selector']) ? spec['selector']['matchLabels'] : undefined
  const template = isObject(spec['template']) ? spec['template'] : {}
  const metadata = isObject(template['metadata']) ? template['metadata'] : {}
  const labels = isObject(metadata['labels']) ? metadata['labels'] : {}
  if (!isObject(selector)) return [requiredValue('spec.selector')]
  const { replicas } = spec
  const causes = podCauses({ ...object, spec: template['spec'] as JsonObject }).map((cause) => ({
    ...cause,
    field: `spec.template.${cause.field}`,
  }))
  if (!Object.entries(selector).every(([key, value]) => labels[key] === value)) {
    const field = 'spec.template.metadata.labels'
    causes.push(invalidValue(field, labels, '`selector` does not match template `labels`'))
  }
  if (replicas !== undefined && !(Number.isInteger(replicas) && Number(replicas) >= 0)) {
    causes.push(invalidValue('spec.replicas', replicas, 'must be a whole number, 0 or more'))
  }
  return causes
}

function defaultReplicas(object: KubernetesObject): KubernetesObject {
  return { ...object, spec: { replicas: 1, ...object.spec }, status: {} }
}

function defaultNamespace(object: KubernetesObject): KubernetesObject {
  const { name, labels } = object.metadata
  return {
    ...object,
    metadata: { ...object.metadata, labels: { ...labels, 'kubernetes.io/metadata.name': name } },
    spec: { ...object.spec, finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }
}

const replicated: Strategy = {
  prepare: defaultReplicas,
  validate: deploymentCauses,
  validateUpdate: immutable('spec', 'selector'),
}

const roleBinding: Strategy = {
  validate: (object) => (isObject(object['roleRef']) ? [] : [requiredValue('roleRef')]),
  validateUpdate: immutable('roleRef'),
}

const dataKey = /^[-._a-zA-Z0-9]{1,253}$/

function dataCauses(object: KubernetesObject): Cause[] {
  const data = isObject(object['data']) ? object['data'] : {}
  return Object.keys(data)
    .filter((key) => !dataKey.test(key))
    .map((key) =>
      invalidValue(
        `data[${key}]`,
        key,
        'a valid config key must consist of alphanumeric characters, "-", "_" or "."',
      ),
    )
}

function leaseCauses({ spec }: KubernetesObject): Cause[] {
  const seconds = spec?.['leaseDurationSeconds']
  if (seconds === undefined || Number(seconds) > 0) return []
  return [invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0')]
}

const strategies: Readonly<Record<string, Strategy>> = {
  Pod: { prepare: defaultPod, validate: podCauses, validateUpdate: podUpdateCauses },
  Namespace: { prepare: defaultNamespace },
  Node: { keepsStatus: true },
  ConfigMap: { validate: dataCauses },
  Secret: { validate: dataCauses, validateUpdate: immutable('type') },
  Lease: { validate: leaseCauses },
  Deployment: replicated,
  ReplicaSet: replicated,
  RoleBinding: roleBinding,
  ClusterRoleBinding: roleBinding,
  PriorityClass: {
    validate: (object) =>
      Number.isInteger(object['value'])
        ? []
        : [invalidValue('value', object['value'] ?? null, 'must be a whole number')],
    validateUpdate: immutable('value'),
  },
  CustomResourceDefinition: {
    prepare: defaultDefinition,
    validate: definitionCauses,
    validateUpdate: immutable('spec', 'names', 'plural'),
  },
}

const plain: Strategy = {}

export function strategyOf(resource: ServedResource): Strategy {
  if (!resource.custom) return strategies[resource.kind] ?? plain
  const { schema } = resource
  if (!schema) return plain
  return {
    prepare: (object) => defaultCustom(schema, object),
    validate: (object) => customCauses(schema, object),
  }
}

/** Kinds whose `generation` counts changes of the spec. */
const counted = new Set([
  'Pod',
  'Deployment',
  'ReplicaSet',
  'PodDisruptionBudget',
  'NetworkPolicy',
  'PriorityClass',
  'CustomResourceDefinition',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
])

export function countsGenerations(resource: Resource): boolean {
  return resource.custom === true || counted.has(resource.kind)
}

/** Whether a change is one that the generation counts: of anything but metadata and status. */
export function changesSpec(
  resource: Resource,
  next: KubernetesObject,
  current: KubernetesObject,
): boolean {
  if (!resource.custom) return !sameJson(next.spec, current.spec)
  const { metadata: _a, status: _b, ...after } = next
  const { metadata: _c, status: _d, ...before } = current
  return !sameJson(after, before)
}
