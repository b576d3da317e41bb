// Writes the trace of the work on every Kubernetes object that it makes or changes, as an annotation, so that pods, and what
// the workspace's agent says of them, belong to the trace of their request. Labels and specs stay as they are, because a
// cluster's executors must be alike in them (rule *like-pods*).
import { annotationKeys } from '../manifests/labels.ts'
import type { Json, JsonObject } from '../manifests/object.ts'
import type { Kubernetes } from '../ports.ts'
import { activeTrace } from './trace.ts'

/** The same port. What is done outside any trace names none; a status is its reporter's. */
export function tracedKubernetes(kubernetes: Kubernetes): Kubernetes {
  return {
    ...kubernetes,
    create(object) {
      const { metadata } = object
      const traced = { ...metadata, ...withTrace(metadata.annotations) }
      return kubernetes.create({ ...object, metadata: traced })
    },
    patch(ref, patch, options) {
      if (options?.subresource) return kubernetes.patch(ref, patch, options)
      const metadata = objectIn(patch['metadata'])
      const traced = { ...metadata, ...withTrace(objectIn(metadata['annotations'])) }
      return kubernetes.patch(ref, { ...patch, metadata: traced }, options)
    },
  }
}

function withTrace<Value>(annotations?: Readonly<Record<string, Value>>) {
  const { traceparent } = activeTrace()
  if (traceparent === undefined) return {}
  return { annotations: { ...annotations, [annotationKeys.traceparent]: traceparent } }
}

function objectIn(value: Json | undefined): JsonObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as JsonObject) : {} // `isArray` does not know lists that are read only
}
