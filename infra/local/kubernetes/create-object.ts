// Create, in the order of the API server: namespace, defaults and mutation, validation, bounds and quotas, and only
// then whether the name is taken.
import type { KubernetesObject, ObjectMeta } from '../../../shared/manifests/object.ts'
import type { Clock } from '../../../shared/ports.ts'
import { checkScope, type Core, existing } from './core.ts'
import { frozenCopy, isObject } from './frozen-json.ts'
import { countsGenerations, strategyOf } from './kind-strategies.ts'
import { namespaceOf } from './object-store.ts'
import { metadataCauses } from './object-metadata.ts'
import { conditionOf, podSpec, podStatus } from './pod-shape.ts'
import { podCauses } from './pod-strategy.ts'
import type { ServedResource } from './resource-registry.ts'
import {
  alreadyExists,
  badRequest,
  type Cause,
  conflict,
  invalid,
  requiredValue,
  StatusError,
} from './status-error.ts'
import { checkReadable, storedForm } from './stored-form.ts'
import { timestamp } from './timestamp.ts'

function hex(clock: Clock, digits: number): string {
  return Math.floor(clock.random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0')
}

/** A version 4 UUID from the clock's chance, in pieces no longer than what it has to give at a time. */
function newUid(clock: Clock): string {
  const four = (): string => hex(clock, 4)
  const variant = (8 + Math.floor(clock.random() * 4)).toString(16)
  const parts = [four() + four(), four(), `4${hex(clock, 3)}`, variant + hex(clock, 3)]
  return [...parts, four() + four() + four()].join('-')
}

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789'

/** Five characters without vowels, as the API server adds to `generateName`. */
export function randomSuffix(clock: Clock): string {
  const letter = (): string =>
    suffixLetters[Math.floor(clock.random() * suffixLetters.length)] ?? 'x'
  return Array.from({ length: 5 }, letter).join('')
}

/** Throws 400 for what is no object at all. */
export function checkShape(input: unknown): KubernetesObject {
  if (!isObject(input)) throw badRequest('the object is not a JSON object')
  const { apiVersion, kind, metadata } = input
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    throw badRequest('apiVersion and kind must be given')
  }
  if (!isObject(metadata)) throw badRequest(`${kind}: metadata must be an object`)
  for (const part of ['spec', 'status']) {
    if (input[part] !== undefined && input[part] !== null && !isObject(input[part])) {
      throw badRequest(`${kind}: ${part} must be an object`)
    }
  }
  return input as unknown as KubernetesObject // the parts that every kind has are there
}

function newMetadata(core: Core, resource: ServedResource, given: ObjectMeta): ObjectMeta {
  const { generateName } = given as { generateName?: string }
  const name = given.name || (generateName ? generateName + randomSuffix(core.clock) : given.name)
  const { deletionTimestamp: _timestamp, deletionGracePeriodSeconds: _grace, ...own } = given
  return {
    ...own,
    name,
    uid: newUid(core.clock),
    creationTimestamp: timestamp(core.clock.now()),
    ...(countsGenerations(resource) ? { generation: 1 } : {}),
  }
}

/** Defaults and checks that need only the object. Throws 422. */
function prepared(resource: ServedResource, object: KubernetesObject): KubernetesObject {
  const { prepare = (same: KubernetesObject) => same, validate, keepsStatus } = strategyOf(resource)
  const refuse = (causes: readonly Cause[]): void => {
    if (causes.length > 0) throw invalid(resource, object.metadata.name, causes)
  }
  refuse(metadataCauses(resource, { ...object.metadata }))
  const { status: _dropped, ...rest } = object
  const given: KubernetesObject = resource.hasStatus && !keepsStatus ? rest : object
  // Custom objects are defaulted first: a default may be what a required field gets.
  const filled = resource.custom ? prepare(given) : given
  refuse(validate?.(filled) ?? [])
  return resource.custom ? filled : prepare(filled)
}

/** Assigns a pod to a node: what a scheduler creates. Throws 404, 409. */
function bind(core: Core, binding: KubernetesObject): KubernetesObject {
  const pods = core.registry.find('v1', 'Pod')
  const { name, uid } = binding.metadata
  const pod = existing(core, pods, namespaceOf(binding), name)
  const target = isObject(binding['target']) ? binding['target']['name'] : undefined
  if (typeof target !== 'string' || target === '') {
    throw invalid({ ...pods, kind: 'Binding' }, name, [requiredValue('target.name')])
  }
  const { nodeName } = podSpec(pod)
  if (uid && uid !== pod.metadata.uid) throw conflict(pods, name, 'it is another pod of that name')
  if (pod.metadata.deletionTimestamp) throw conflict(pods, name, 'it is being deleted')
  if (nodeName) throw conflict(pods, name, `pod ${name} is already assigned to node "${nodeName}"`)
  const others = podStatus(pod).conditions?.filter((each) => each.type !== 'PodScheduled') ?? []
  const before = conditionOf(podStatus(pod), 'PodScheduled')
  const now = timestamp(core.clock.now())
  const lastTransitionTime = before?.status === 'True' ? before.lastTransitionTime : now
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastTransitionTime: lastTransitionTime ?? now,
  }
  core.store.replace(pods, pod, {
    ...pod,
    metadata: { ...pod.metadata, generation: (pod.metadata.generation ?? 0) + 1 },
    spec: { ...pod.spec, nodeName: target },
    status: { ...pod.status, conditions: [...others.map((each) => ({ ...each })), scheduled] },
  })
  return binding
}

/** The last word on what is about to be stored, with what was there before; throws to refuse. */
export type Admit = (next: KubernetesObject, current?: KubernetesObject) => void

/** Throws 400, 403, 404, 409, 422. */
export async function createObject(
  core: Core,
  input: unknown,
  admit?: Admit,
): Promise<KubernetesObject> {
  const given = checkShape(frozenCopy(input))
  const resource = core.registry.find(given.apiVersion, given.kind)
  checkReadable(resource, given)
  const object = storedForm(resource, given)
  const namespace = checkScope(resource, object.metadata.namespace)
  if (object.metadata.resourceVersion) {
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created')
  }
  core.namespaces.admitCreate(resource, object)
  if (resource.kind === 'Binding') return bind(core, object)
  const metadata = newMetadata(core, resource, object.metadata)
  let admitted = prepared(resource, { ...object, metadata })
  if (resource.kind === 'Pod') {
    admitted = core.pods.mutate(admitted)
    const causes = podCauses(admitted)
    if (causes.length > 0) throw invalid(resource, metadata.name, causes)
    core.pods.validate(admitted)
  }
  admit?.(admitted)
  const charged = core.quotas.admit(resource, admitted)
  if (charged) {
    await charged
    // The namespace may have gone meanwhile.
    core.namespaces.admitCreate(resource, object)
  }
  if (core.store.get(resource, namespace, metadata.name))
    throw alreadyExists(resource, metadata.name)
  return core.store.insert(resource, admitted)
}
