// A Kubernetes object as the API has it on the wire. Kindling reads and writes few kinds and few fields of each,
// so objects are plain data with the common part typed; `Content` holds what a kind adds.

/** Values that JSON has. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }
export type JsonObject = { readonly [key: string]: Json | undefined }

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
  /** Set by the server. */
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
}

export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec?: JsonObject
  readonly status?: JsonObject
  /** Kinds that keep their content elsewhere: `data` of a ConfigMap, `rules` of a Role, `webhooks` ... */
  readonly [content: string]: unknown
}

/** What names one object; without `namespace` it is cluster-scoped. */
export interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** The objects of one kind: of one namespace, or of all when it is left out. */
export type KindRef = Omit<ObjectRef, 'name'>
