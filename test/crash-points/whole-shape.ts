// What a world has come to, in lines that two runs of one scenario can be compared by: states, ledgers, requests and what
// is held in the store, and how many of each kind there are in the cloud and in Kubernetes. Without times and generations,
// which a fault may well change.
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import { entityRef, parentOf } from '../../shared/domain/paths.ts'
import type { Fields } from '../../shared/ports.ts'

type Document = ReturnType<InProcessStack['store']['dump']>[number]

/** Sorted lines; several of one text where there are several of a kind. Reads documents as they are, because it is cheap. */
export function shapeOf(stack: InProcessStack): string[] {
  const documents = stack.store.dump()
  const entities = new Map(
    documents.flatMap(({ path, data }) => (entityRef(path) ? [[path, data]] : [])),
  )
  return [
    ...documents.flatMap((document) => documentLine(document, entities)),
    ...stack.data.cloud.list().map((path) => `cloud: ${path.split('/').at(-2)}`),
    ...kubernetesLines(stack),
  ].toSorted()
}

function documentLine({ path, data }: Document, entities: ReadonlyMap<string, Fields>): string[] {
  if (entities.has(path)) return [entityLine(path, data)]
  const collection = path.split('/').at(-2) ?? ''
  if (collection === 'runs') return runLine(path, data, entities)
  if (collection === 'ledger') return [ledgerLine(path, data)]
  if (collection === 'requests') return [`${path}: ${outcomeOf(data)}`]
  if (collection === 'facts') return factLines(path, data)
  return HELD.has(collection) ? [path] : []
}

/** Collections whose documents hold something, or keep it from coming again. */
const HELD = new Set(['uses', 'slots', 'queue', 'tombstones', 'audit'])

function entityLine(path: string, data: Fields): string {
  const { want, state, executors, hibernation } = data
  // Of several things that fail, the one that counts is a matter of luck.
  const reason = state === 'FAILED' ? undefined : fieldOf(data, 'reason', 'code')
  return `${path}: ${JSON.stringify({ want, state, reason, executors, hibernation })}`
}

/** Of the newest run alone: those before are over. */
function runLine(path: string, run: Fields, entities: ReadonlyMap<string, Fields>): string[] {
  const owner = parentOf(path)
  if (entities.get(owner)?.['generation'] !== run['generation']) {
    return run['wakeAt'] === undefined ? [] : [`forgotten alarm: ${path}`]
  }
  const { direction, is } = run
  // After what is gone is looked a few times more.
  const isOver = direction === 'down' && is === 'settled'
  const alarm = isOver || run['wakeAt'] === undefined ? '' : ', with an alarm'
  return [`${owner}: run ${String(direction)} ${String(is)}${alarm}`]
}

/** Whether it was reached in time, before a later one overtook it, is a matter of luck. */
function outcomeOf({ is }: Fields): string {
  return is === 'superseded' || is === 'reached' ? 'reached or overtaken' : String(is)
}

/** What was said of requests; states may be told more than once. */
function factLines(path: string, { publishedAt }: Fields): string[] {
  if (publishedAt === null) return [`not published: ${path}`]
  return path.includes('/requests/') ? [path] : []
}

function ledgerLine(path: string, data: Fields): string {
  const open = fieldOf(data, 'claim', 'open') === true ? ', claimed' : ''
  const what = [
    fieldOf(data, 'item', 'step'),
    fieldOf(data, 'item', 'index'),
    fieldOf(data, 'thing', 'have'),
  ]
  return `${parentOf(path)}: ${what.join(' ')}${open}`
}

function fieldOf(data: Fields, field: string, inner: string): unknown {
  const value = data[field]
  return typeof value === 'object' && value !== null ? Reflect.get(value, inner) : undefined
}

function kubernetesLines({ data }: InProcessStack): string[] {
  return objectsOf(data.clusters).map(({ kind, status, metadata }) => {
    const leaving = metadata.deletionTimestamp === undefined ? '' : ', leaving'
    const phase = kind === 'Pod' ? ` ${JSON.stringify(status?.['phase'])}` : ''
    return `kubernetes: ${kind} in ${placeOf(metadata)}${phase}${leaving}`
  })
}

const placeOf = ({ namespace, name }: { namespace?: string; name: string }): string =>
  (namespace ?? name).replace(/-\d+$/, '')

/** Of clusters, not of our agent or of GKE's own. */
function objectsOf(clusters: InProcessStack['data']['clusters']) {
  return [...clusters.values()].flatMap((engine) =>
    ['Namespace', 'Pod']
      .flatMap((kind) => [...engine.snapshot('v1', kind)])
      .filter(({ metadata: { namespace, name } }) => (namespace ?? name).startsWith('kdl-')),
  )
}

/** What is there, by name, and what tells each from others of its name: the cloud's things are told by path alone. */
export function identitiesOf({ data }: InProcessStack): Map<string, string> {
  const objects = objectsOf(data.clusters).map(
    ({ kind, metadata: { namespace = '', name, uid = '' } }) =>
      [`${kind} ${namespace}/${name}`, uid] as const,
  )
  const lasting = data.cloud.list().filter((path) => !path.includes('/instances/'))
  return new Map([...lasting.map((path) => [path, ''] as const), ...objects])
}

/** Everything that was asked for has come to an end, and nothing is under way. */
export function isAtRest(stack: InProcessStack): boolean {
  return stack.store.dump().every(({ path, data }) => {
    const collection = path.split('/').at(-2)
    if (collection === 'requests') return data['is'] !== 'accepted'
    if (collection === 'runs') return data['is'] !== 'active' && data['is'] !== 'waiting'
    if (collection === 'facts') return data['publishedAt'] !== null
    return true
  })
}

/** What one has and the other does not: `+` is too much, `-` is missing. */
export function difference(before: readonly string[], after: readonly string[]): string[] {
  const rest = [...before]
  const added = after.filter((line) => {
    const at = rest.indexOf(line)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
  return [...rest.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)]
}
