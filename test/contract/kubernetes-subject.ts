// What the parts of the Kubernetes contract work with: the API under test, places of their own, and patience.
import { randomUUID } from 'node:crypto'
import { CallError, type CallErrorKind } from '../../shared/call-error.ts'
import type { KindRef, KubernetesObject, ObjectRef } from '../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../shared/ports.ts'
import { type RestAnswer, type RestCall, restCall, type RestServer } from './kubernetes-rest.ts'

export interface KubernetesHarness {
  readonly kubernetes: Kubernetes
  /** The machine's time. */
  readonly clock: Clock
  /** Where it is on the wire; an engine without a wire has none. */
  readonly rest?: RestServer
  /** How long what takes its time may take; milliseconds. Default 20 s. */
  readonly patienceMs?: number
  close(): Promise<void>
}

/** What the tests work with. */
export interface KubernetesSubject {
  readonly kubernetes: Kubernetes
  readonly clock: Clock
  /** A call on the wire, as bytes. */
  rest(method: string, path: string, call?: RestCall): Promise<RestAnswer>
  /** A name that no other test knows. */
  unique(prefix: string): string
  /** A new, empty namespace in which pods can be created. */
  namespace(): Promise<string>
  /** Reads an object that must be there. */
  must(ref: ObjectRef): Promise<KubernetesObject>
  /** Polls until the answer is neither undefined nor false. */
  eventually<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T>
  /** Waits until it is not there; answers true, or throws. */
  gone(ref: ObjectRef): Promise<boolean>
  /** Removed, with all that stands in the way, when the tests have run. */
  cleanUp(ref: ObjectRef): void
}

const patience = 20_000

export function configMap(namespace: string, name: string, more: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, ...more }
}

export const configMaps = (namespace?: string): KindRef =>
  namespace === undefined
    ? { apiVersion: 'v1', kind: 'ConfigMap' }
    : { apiVersion: 'v1', kind: 'ConfigMap', namespace }

export function refOf(object: KubernetesObject): ObjectRef {
  const { apiVersion, kind, metadata } = object
  const { name, namespace } = metadata
  return namespace === undefined
    ? { apiVersion, kind, name }
    : { apiVersion, kind, name, namespace }
}

/** A pod that asks for little and that no scheduler takes, unless `spec` says otherwise. */
export function idlePod(namespace: string, name: string, spec: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      schedulerName: 'nobody',
      containers: [{ name: 'main', image: 'registry.invalid/pause:1' }],
      ...spec,
    },
  }
}

/** The error that the call is refused with; it must be one of the port's. */
export async function errorOf(call: Promise<unknown>): Promise<CallError> {
  const error = await call.then(
    () => 'it was done',
    (reason: unknown) => reason,
  )
  if (!(error instanceof CallError)) throw new Error('expected a refusal', { cause: error })
  return error
}

/** How the call is refused. */
export async function refusal(call: Promise<unknown>): Promise<CallErrorKind> {
  return (await errorOf(call)).kind
}

export function subjectOf(
  harness: () => KubernetesHarness,
  leftovers: ObjectRef[],
): KubernetesSubject {
  return {
    get kubernetes() {
      return harness().kubernetes
    },
    get clock() {
      return harness().clock
    },
    async rest(method, path, call) {
      const { rest } = harness()
      if (!rest) throw new Error('it is not on the wire')
      return await restCall(rest, method, path, call)
    },
    unique: (prefix) => `${prefix}-${randomUUID().slice(0, 13)}`,
    async namespace() {
      const name = this.unique('contract')
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      await this.kubernetes.create(namespace)
      leftovers.push(refOf(namespace))
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' }
      await this.eventually('the default account', () => this.kubernetes.get(account))
      return name
    },
    async must(ref) {
      const found = await this.kubernetes.get(ref)
      if (!found) throw new Error(`${ref.kind} ${ref.namespace ?? ''}/${ref.name} is not there`)
      return found
    },
    async eventually(what, look) {
      const limitMs = harness().patienceMs ?? patience
      const until = this.clock.now() + limitMs
      for (;;) {
        const answer = await look()
        if (answer !== undefined && answer !== false) return answer
        if (this.clock.now() > until) throw new Error(`${what}: not within ${limitMs} ms`)
        await this.clock.sleep(10)
      }
    },
    async gone(ref) {
      return await this.eventually(
        `${ref.kind} ${ref.name} gone`,
        async () => !(await this.kubernetes.get(ref)),
      )
    },
    cleanUp: (ref) => leftovers.push(ref),
  }
}
