// Objects as rows, for `kubectl get`: the columns that a person looks for first, per kind.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Instant } from '../../../../shared/domain/time.ts'
import { isObject } from '../frozen-json.ts'
import { isTrue, nodeSpec, nodeStatus, podSpec, podStatus } from '../pod-shape.ts'

interface Column {
  readonly name: string
  readonly type: string
  readonly cell: (object: KubernetesObject, now: Instant) => string | number
  /** Shown only with `-o wide`. */
  readonly isWide?: boolean
}

/** Seconds, minutes, hours or days, as kubectl writes ages. */
function ageOf(since: unknown, now: Instant): string {
  if (typeof since !== 'string') return '<unknown>'
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

function at(object: unknown, path: string): unknown {
  const keys = path.replace(/^\./, '').split('.')
  return keys.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object)
}

function text(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  return value === undefined ? '<none>' : JSON.stringify(value)
}

function column(name: string, cell: Column['cell']): Column {
  return { name, type: 'string', cell }
}

const atPath = (name: string, path: string): Column =>
  column(name, (object) => text(at(object, path)))

const nameColumn = column('Name', ({ metadata }) => metadata.name)
const ageColumn = column('Age', ({ metadata }, now) => ageOf(metadata.creationTimestamp, now))

function podState(pod: KubernetesObject): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating'
  const statuses = pod.status?.['containerStatuses']
  const first: unknown = Array.isArray(statuses) ? statuses[0] : undefined
  const waiting = at(first, 'state.waiting.reason')
  return text(waiting ?? pod.status?.['reason'] ?? podStatus(pod).phase)
}

function readyContainers(pod: KubernetesObject): string {
  const statuses = pod.status?.['containerStatuses']
  const ready = Array.isArray(statuses)
    ? statuses.filter((each) => at(each, 'ready') === true).length
    : 0
  return `${ready}/${podSpec(pod).containers.length}`
}

function nodeState(node: KubernetesObject): string {
  const ready = isTrue(nodeStatus(node), 'Ready') ? 'Ready' : 'NotReady'
  return nodeSpec(node).unschedulable ? `${ready},SchedulingDisabled` : ready
}

const readyOf = column(
  'Ready',
  ({ status, spec }) => `${text(status?.['readyReplicas'] ?? 0)}/${text(spec?.['replicas'])}`,
)

const wide = (name: string, cell: Column['cell']): Column => ({
  ...column(name, cell),
  isWide: true,
})
const wideAt = (name: string, path: string): Column =>
  wide(name, (object) => text(at(object, path)))

function listed(value: unknown, part: string): string {
  const items: unknown[] = Array.isArray(value) ? value : []
  return items.map((item) => text(at(item, part))).join(',') || '<none>'
}

function pairs(value: unknown): string {
  if (!isObject(value)) return '<none>'
  return (
    Object.entries(value)
      .map(([key, item]) => `${key}=${text(item)}`)
      .join(',') || '<none>'
  )
}

function addressOf(node: KubernetesObject): string {
  const addresses = node.status?.['addresses']
  const list: unknown[] = Array.isArray(addresses) ? addresses : []
  return text(
    at(
      list.find((each) => at(each, 'type') === 'InternalIP'),
      'address',
    ),
  )
}

const template = [
  wide('Containers', (object) => listed(at(object, 'spec.template.spec.containers'), 'name')),
  wide('Images', (object) => listed(at(object, 'spec.template.spec.containers'), 'image')),
  wide('Selector', (object) => pairs(at(object, 'spec.selector.matchLabels'))),
]

/** Shown after the age. */
const wideByKind: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    wideAt('IP', 'status.podIP'),
    wideAt('Node', 'spec.nodeName'),
    wideAt('Nominated Node', 'status.nominatedNodeName'),
    wideAt('Readiness Gates', 'spec.readinessGates'),
  ],
  Node: [
    wide('Internal-IP', addressOf),
    wideAt('OS-Image', 'status.nodeInfo.osImage'),
    wideAt('Container-Runtime', 'status.nodeInfo.containerRuntimeVersion'),
  ],
  Deployment: template,
  ReplicaSet: template,
  Service: [wide('Selector', (object) => pairs(at(object, 'spec.selector')))],
}

const columnsByKind: Readonly<Record<string, readonly Column[]>> = {
  Pod: [column('Ready', readyContainers), column('Status', podState), column('Restarts', () => 0)],
  Node: [column('Status', nodeState), column('Roles', () => '<none>')],
  Namespace: [atPath('Status', 'status.phase')],
  Deployment: [
    readyOf,
    atPath('Up-to-date', 'status.updatedReplicas'),
    atPath('Available', 'status.availableReplicas'),
  ],
  ReplicaSet: [
    atPath('Desired', 'spec.replicas'),
    atPath('Current', 'status.replicas'),
    atPath('Ready', 'status.readyReplicas'),
  ],
  Service: [atPath('Type', 'spec.type'), atPath('Cluster-IP', 'spec.clusterIP')],
  ConfigMap: [
    column('Data', (object) => Object.keys(isObject(object['data']) ? object['data'] : {}).length),
  ],
  PriorityClass: [atPath('Value', 'value')],
  CustomResourceDefinition: [],
}

interface PrinterColumn {
  readonly name: string
  readonly type: string
  readonly jsonPath: string
}

/** The columns that a definition asks for, with the age in its place. */
export function definedColumns(columns: unknown): readonly Column[] | undefined {
  if (!Array.isArray(columns)) return undefined
  return (columns as PrinterColumn[]).map(({ name, type, jsonPath }) => {
    const path = jsonPath
    const cell: Column['cell'] = (object, now) =>
      type === 'date' ? ageOf(at(object, path), now) : text(at(object, path))
    return { name, type: 'string', cell }
  })
}

/** A `Table` of these objects; without rows it still has its columns. */
export function tableOf(
  kind: string,
  objects: readonly KubernetesObject[],
  options: {
    readonly now: Instant
    readonly metadata: object
    readonly columns?: readonly Column[] | undefined
  },
): object {
  const { now, metadata } = options
  const own = options.columns ?? [
    ...(columnsByKind[kind] ?? []),
    ageColumn,
    ...(wideByKind[kind] ?? []),
  ]
  const columns = [nameColumn, ...own]
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type, isWide }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: isWide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, now)),
      object: {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: object.metadata,
      },
    })),
  }
}
