// Random sequences of API calls on a few objects of one namespace, of which each step says only what anybody could type; and
// what an answer means, without what differs from one server to the next.
import * as fc from 'fast-check'
import type { RestAnswer, RestBody, RestCall } from '../contract/kubernetes-rest.ts'

export interface Operation {
  readonly method: string
  readonly plural: string
  /** Without it, the collection. */
  readonly name: string | undefined
  readonly subresource?: 'status'
  readonly query?: string
  readonly body?: object
  readonly type?: string
  /** The version to name: of the object as it was last seen, an old one, or none. */
  readonly version?: 'seen' | 'old'
}

const names = fc.constantFrom('a', 'b', 'c')
const merge = 'application/merge-patch+json'

const labels = fc.option(
  fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2', null), { maxKeys: 2 }),
  { nil: undefined },
)
const finalizers = fc.option(
  fc.constantFrom([], ['kindling.dev/one'], ['kindling.dev/one', 'kindling.dev/two']),
  {
    nil: undefined,
  },
)
const data = fc.dictionary(
  fc.constantFrom('k', 'l', 'not/ok'),
  fc.constantFrom('1', '2', 3, null),
  {
    maxKeys: 2,
  },
)
const spec = fc.record(
  {
    size: fc.constantFrom(0, 1, 5, '5', null),
    mode: fc.constantFrom('slow', 'fast', 'sideways'),
    colour: fc.constantFrom('red', 7),
    parts: fc.constantFrom([], [{ name: 'p', extra: 1 }], [{ name: 5 }], 'none'),
    free: fc.constantFrom({ any: { thing: 1 } }, null, []),
    unknown: fc.constant(true),
  },
  { requiredKeys: [] },
)
const podSpec = fc.record(
  {
    activeDeadlineSeconds: fc.constantFrom(5, 50),
    terminationGracePeriodSeconds: fc.constantFrom(0, 1),
    priority: fc.constantFrom(7),
  },
  { requiredKeys: [] },
)

const written: Readonly<Record<string, fc.Arbitrary<object>>> = {
  configmaps: data.map((value) => ({ data: value })),
  secrets: fc.constantFrom({ stringData: { k: '1' } }, { type: 'kindling.dev/t' }, {}),
  widgets: spec.map((value) => ({ spec: value })),
  pods: podSpec.map((value) => ({ spec: value })),
  leases: fc.constantFrom(
    { spec: { holderIdentity: 'h', leaseDurationSeconds: 5 } },
    { spec: { leaseDurationSeconds: 0 } },
    { spec: { renewTime: '2026-01-02T03:04:05.000001Z' } },
    { spec: { renewTime: 'soon' } },
  ),
}
const plurals = fc.constantFrom(...Object.keys(written))

const containers = [{ name: 'main', image: 'i' }]

function whole(plural: string, name: string, content: object, metadata: object): object {
  const { spec: given } = content as { spec?: object } // of the kinds that have one
  const isPod = plural === 'pods'
  const base = isPod ? { spec: { schedulerName: 'nobody', containers, ...given } } : content
  return { ...base, metadata: { name, ...metadata } }
}

const parts = plurals.chain((plural) =>
  fc.record({
    plural: fc.constant(plural),
    name: names,
    content: written[plural] ?? fc.constant({}),
    metadata: fc.record({ labels, finalizers }),
    version: fc.constantFrom(undefined, undefined, 'seen' as const, 'old' as const),
  }),
)

const without = (value: object): object => JSON.parse(JSON.stringify(value)) as object

const create = parts.map(({ plural, name, content, metadata }): Operation => ({
  method: 'POST',
  plural,
  name: undefined,
  body: without(whole(plural, name, content, metadata)),
}))
const patch = parts.map(({ plural, name, content, metadata, version }): Operation => ({
  method: 'PATCH',
  plural,
  name,
  type: merge,
  ...(version ? { version } : {}),
  body: without({ ...content, metadata }),
}))
const status = fc
  .record({
    name: names,
    ready: fc.constantFrom(1, 'no', null),
    plural: fc.constantFrom('widgets'),
  })
  .map(({ plural, name, ready }): Operation => ({
    method: 'PATCH',
    plural,
    name,
    subresource: 'status',
    type: merge,
    body: { status: { ready }, spec: { size: 9 } },
  }))
// A Lease that is not there is made by a PUT, which nothing of Kindling sends.
const put = parts
  .filter(({ plural }) => plural !== 'leases')
  .map(({ plural, name, content, metadata, version }): Operation => ({
    method: 'PUT',
    plural,
    name,
    ...(version ? { version } : {}),
    body: without(whole(plural, name, content, metadata)),
  }))
const get = fc
  .record({ plural: plurals, name: fc.option(names, { nil: undefined }) })
  .map(({ plural, name }): Operation => ({ method: 'GET', plural, name }))
const select = fc
  .record({
    plural: plurals,
    query: fc.constantFrom(
      'labelSelector=x%3D1',
      'labelSelector=!y',
      'labelSelector=x+in+(1,2)',
      'fieldSelector=metadata.name%3Da',
      'fieldSelector=spec.x%3D1',
    ),
  })
  .map(({ plural, query }): Operation => ({ method: 'GET', plural, name: undefined, query }))
const remove = fc
  .record({
    plural: plurals,
    name: names,
    body: fc.constantFrom(
      {},
      { propagationPolicy: 'Background' },
      { propagationPolicy: 'Sideways' },
      { preconditions: { uid: 'another' } },
      { gracePeriodSeconds: 0 },
    ),
  })
  .map(({ plural, name, body }): Operation => ({
    method: 'DELETE',
    plural,
    name,
    body: { kind: 'DeleteOptions', apiVersion: 'v1', ...body },
  }))

export const operations = fc.array(
  fc.oneof(
    { arbitrary: create, weight: 4 },
    { arbitrary: patch, weight: 4 },
    { arbitrary: put, weight: 2 },
    { arbitrary: status, weight: 1 },
    { arbitrary: get, weight: 1 },
    { arbitrary: select, weight: 1 },
    { arbitrary: remove, weight: 3 },
  ),
  { minLength: 5, maxLength: 25 },
)

export interface Sender {
  rest(method: string, path: string, call?: RestCall): Promise<RestAnswer>
}

/** Sends one, with the version that it asks for. */
export async function perform(
  server: Sender,
  place: { readonly namespace: string; readonly group: string },
  operation: Operation,
): Promise<RestAnswer> {
  const { method, plural, name, subresource, query, type, version } = operation
  const roots: Readonly<Record<string, string>> = {
    widgets: `/apis/${place.group}/v1`,
    leases: '/apis/coordination.k8s.io/v1',
  }
  const collection = `${roots[plural] ?? '/api/v1'}/namespaces/${place.namespace}/${plural}`
  const object = name === undefined ? collection : `${collection}/${name}`
  const path = `${object}${subresource ? `/${subresource}` : ''}${query ? `?${query}` : ''}`
  let { body } = operation
  if (body && plural === 'widgets' && method !== 'DELETE' && method !== 'PATCH') {
    body = { apiVersion: `${place.group}/v1`, kind: 'Widget', ...body }
  }
  if (version) {
    const seen = (await server.rest('GET', object)).body.metadata?.['resourceVersion']
    const named = version === 'old' ? '1' : seen
    const { metadata } = (body ?? {}) as { metadata?: object } // as it was made above
    body = {
      ...body,
      metadata: { ...metadata, ...(named === undefined ? {} : { resourceVersion: named }) },
    }
  }
  return await server.rest(method, path, { ...(body ? { body } : {}), ...(type ? { type } : {}) })
}

/** Metadata that is the same on every server. */
function meant({ metadata, ...rest }: RestBody, plural: string): object {
  const {
    name,
    labels: own = {},
    finalizers: held = [],
    generation,
    deletionTimestamp,
  } = metadata ?? {}
  const sorted = (held as string[]).toSorted()
  const common = {
    name,
    labels: own,
    finalizers: sorted,
    isLeaving: deletionTimestamp !== undefined,
  }
  if (plural === 'pods')
    return { ...common, generation, deadline: rest.spec?.['activeDeadlineSeconds'] }
  const { apiVersion: _version, kind: _kind, ...content } = rest
  return { ...common, generation, ...content }
}

/** What an answer says, comparable between two servers. */
export function meaning({ code, body }: RestAnswer, plural: string): object {
  const { items, reason, details } = body
  if (body.kind === 'Status') {
    const { causes = [] } = (details ?? {}) as { causes?: readonly { field?: string }[] } // of a Status
    const fields = [...new Set(causes.map(({ field = '' }) => field))].toSorted()
    return { code, reason, fields: code === 422 ? fields : [] }
  }
  if (!items) return { code, ...meant(body, plural) }
  const own = items.filter(({ metadata }) => metadata?.['name'] !== 'kube-root-ca.crt')
  return { code, items: own.map((item) => meant(item, plural)) }
}
