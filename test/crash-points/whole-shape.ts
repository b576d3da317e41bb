// What a world has come to, in lines that two runs of one scenario can be compared by: states, ledgers, requests and what
// is held in the store, and how many of each kind there are in the cloud and in Kubernetes. Without times and generations,
// which a fault may well change.
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import { Entity } from '../../shared/domain/entity.ts'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import { entityRef, parentOf } from '../../shared/domain/paths.ts'
import { Fact, RequestOutcome } from '../../shared/domain/records.ts'
import { Run } from '../../shared/domain/run.ts'

type Document = ReturnType<InProcessStack['store']['dump']>[number]

/** Sorted lines; several of one text where there are several of a kind. */
export function shapeOf(stack: InProcessStack): string[] {
  const documents = stack.store.dump()
  const live = new Map(
    documents.flatMap(({ path, data }) => (entityRef(path) ? [[path, Entity.parse(data)]] : [])),
  )
  return [
    ...documents.flatMap((document) => documentLine(document, live)),
    ...stack.data.cloud.list().map((path) => `cloud: ${path.split('/').at(-2)}`),
    ...kubernetesLines(stack),
  ].toSorted()
}

function documentLine({ path, data }: Document, live: ReadonlyMap<string, Entity>): string[] {
  const collection = path.split('/').at(-2)
  const entity = live.get(path)
  if (entity) return [entityLine(path, entity)]
  if (collection === 'runs') return runLine(path, Run.parse(data), live)
  if (collection === 'ledger') return [ledgerLine(path, LedgerEntry.parse(data))]
  if (collection === 'requests') return [`${path}: ${RequestOutcome.parse(data).is}`]
  if (collection === 'facts') {
    return Fact.parse(data).publishedAt === null ? [`not published: ${path}`] : []
  }
  const isHeld = ['uses', 'slots', 'queue', 'tombstones', 'audit'].includes(collection ?? '')
  return isHeld ? [path] : []
}

function entityLine(path: string, entity: Entity): string {
  const reason = 'reason' in entity ? entity.reason?.code : undefined
  const executors = 'executors' in entity ? entity.executors : undefined
  const asleep = 'hibernation' in entity ? entity.hibernation : undefined
  const { want, state } = entity
  return `${path}: ${JSON.stringify({ want, state, reason, executors, asleep })}`
}

/** Of the newest run alone: those before are over. */
function runLine(path: string, run: Run, live: ReadonlyMap<string, Entity>): string[] {
  const owner = parentOf(path)
  if (live.get(owner)?.generation !== run.generation) {
    return run.is !== 'superseded' && 'wakeAt' in run ? [`forgotten alarm: ${path}`] : []
  }
  const alarm = 'wakeAt' in run ? 'with an alarm' : 'without'
  return [`${owner}: run ${run.direction} ${run.is} ${alarm}`]
}

function ledgerLine(path: string, { item, thing, claim }: LedgerEntry): string {
  const open = claim.open ? ', claimed' : ''
  return `${parentOf(path)}: ${item.step} ${item.index} ${thing.have}${open}`
}

function kubernetesLines({ data }: InProcessStack): string[] {
  return objectsOf(data.clusters).map(({ kind, status, metadata }) => {
    const leaving = metadata.deletionTimestamp === undefined ? '' : ', leaving'
    const phase = kind === 'Pod' ? ` ${String(status?.['phase'])}` : ''
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

/** Things that are told from others of their name: by path in the cloud, by uid in Kubernetes. */
export function identitiesOf({ data }: InProcessStack): string[] {
  const objects = objectsOf(data.clusters).map(
    ({ kind, metadata: { namespace = '', name, uid } }) => `${kind} ${namespace}/${name} ${uid}`,
  )
  const machines = (path: string): boolean => path.includes('/instances/')
  return [...data.cloud.list().filter((path) => !machines(path)), ...objects]
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
