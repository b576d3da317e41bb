// A custom kind that no other test knows, with objects of it.
import type { KindRef, KubernetesObject } from '../../shared/manifests/object.ts'
import { type KubernetesSubject, refOf } from './kubernetes-subject.ts'

const widgetSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1 },
        mode: { type: 'string', enum: ['slow', 'fast'] },
        colour: { type: 'string', default: 'grey' },
        parts: {
          type: 'array',
          items: { type: 'object', properties: { name: { type: 'string' } } },
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    status: { type: 'object', properties: { ready: { type: 'integer' } } },
  },
}

interface Widgets {
  readonly kind: KindRef
  readonly definition: KubernetesObject
  readonly widget: (name: string, spec: object, more?: object) => KubernetesObject
}

/** A kind that no other test knows, in a new namespace, ready to be used. */
export async function widgets(subject: KubernetesSubject): Promise<Widgets> {
  const namespace = await subject.namespace()
  const group = `${subject.unique('g')}.kindling.dev`
  const names = { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' }
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: widgetSchema },
    subresources: { status: {} },
  }
  const definition = await subject.kubernetes.create({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: { group, scope: 'Namespaced', names, versions: [version] },
  })
  subject.cleanUp(refOf(definition))
  const apiVersion = `${group}/v1`
  const kind = { apiVersion, kind: 'Widget', namespace }
  await subject.eventually('the definition is established', async () => {
    const { status } = await subject.must(refOf(definition))
    return JSON.stringify(status?.['conditions'] ?? []).includes('"Established"')
  })
  await subject.eventually('the kind is served', () =>
    subject.kubernetes.list(kind).catch(() => undefined),
  )
  return {
    kind,
    definition,
    widget: (name, spec, more = {}) => ({
      apiVersion,
      kind: 'Widget',
      metadata: { name, namespace },
      spec: { ...spec },
      ...more,
    }),
  }
}
