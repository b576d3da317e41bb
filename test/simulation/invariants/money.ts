// What is paid for.
import { allLines, Meter } from '../../../shared/domain/meter.ts'
import { meterPath } from '../../../shared/domain/paths.ts'
import { minutes } from '../../../shared/domain/time.ts'
import { AGENT_POD } from '../../../shared/manifests/agent.ts'
import { carries } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Rest } from '../rest.ts'
import type { Watch } from '../watch.ts'
import type { Tenancy } from '../workload.ts'
import type { Finding, Invariant } from './invariant.ts'

/** Milliseconds from ready to gone of each node of a GKE cluster, seen by whoever watches it. */
interface Span {
  readonly endpoint: string
  readonly from: number
  to: number
}

/** When it became ready, as its own condition says. */
const readyAt = ({ status }: KubernetesObject): number | undefined => {
  const { conditions = [] } = (status ?? {}) as {
    conditions?: readonly Readonly<Record<string, string>>[]
  }
  const ready = conditions.find((each) => each['type'] === 'Ready' && each['status'] === 'True')
  return ready && Date.parse(ready['lastTransitionTime'] ?? '')
}

interface Truth {
  /** Its nodes, as they truly stood, by uid. */
  readonly spans: Map<string, Span>
  /** When an agent first ran in each GKE cluster: of nodes that were gone by then nobody can tell. */
  readonly watchedSince: Map<string, number>
}

/** Of a simulation. */
const truths = new WeakMap<object, Truth>()

const isAgent = ({ kind, metadata, status }: KubernetesObject): boolean =>
  kind === 'Pod' && carries(AGENT_POD, metadata.labels) && status?.['phase'] === 'Running'

function watchNodes({ onObject, stack, now }: Watch): void {
  const spans = new Map<string, Span>()
  const watchedSince = new Map<string, number>()
  onObject((endpoint, { type, object }) => {
    truths.set(stack(), { spans, watchedSince })
    if (!watchedSince.has(endpoint) && isAgent(object)) watchedSince.set(endpoint, now())
    if (object.kind !== 'Node') return
    const uid = object.metadata.uid ?? ''
    const from = readyAt(object)
    if (!spans.has(uid) && from !== undefined) spans.set(uid, { endpoint, from, to: Infinity })
    const span = spans.get(uid)
    if (span && type === 'DELETED') span.to = now()
  })
}

/** So much of the truth may be missed, or added. */
const SLACK = 0.001

export const meterIsTrue: Invariant = {
  id: 'I16',
  name: 'the meter is the integral of node time, to 0.1 %, where nobody disturbed the agent; never more than that',
  matters:
    'Customers are charged by it: a meter that runs fast takes money, one that runs slow hides a leak.',
  during: watchNodes,
  atRest(rest) {
    if (rest.isDeleted) return []
    const isDisturbed = rest.scenario.moves.some(({ does }) => does === 'trouble')
    return rest.scenario.tenancy.flatMap((place) => {
      const stored = rest.documents.get(meterPath(place.path))
      return stored ? compare(rest, place, Meter.parse(stored), isDisturbed) : []
    })
  },
}

function compare(
  { stack, entities }: Rest,
  { path, project }: Tenancy[number],
  meter: Meter,
  isDisturbed: boolean,
): Finding[] {
  const workspace = entities.get(path)
  const endpoint = workspace && 'outputs' in workspace ? workspace.outputs.endpoint : undefined
  const { seenAt, unseenMs, life } = meter.newest
  if (!life) return []
  const truth = truths.get(stack)
  const spans = [...(truth?.spans.values() ?? [])].filter((span) =>
    span.endpoint.includes(`.${project}.`),
  )
  if (spans.every(({ from }) => from > seenAt)) return []
  const since = truth?.watchedSince.get(endpoint ?? '') ?? 0
  const stood = timeOf(spans, seenAt)
  const watched = timeOf(
    spans.filter(({ to }) => to > since),
    seenAt,
  )
  const metered = allLines(meter).reduce((sum, { nodeMs }) => sum + nodeMs, 0)
  const unseen = meter.past.unseenMs + unseenMs
  const says = `metered ${metered} ms of ${stood} ms, ${unseen} unseen`
  if (metered + unseen > stood * (1 + SLACK) + 1000)
    return [{ about: path, says: `${says}: too much` }]
  // When the nodes of a GKE cluster before this one went is not known.
  const isOther = spans.some((span) => span.endpoint !== endpoint) || meter.past.lines.length > 0
  if (isDisturbed || isOther || !stack.data.clusters.has(endpoint ?? '')) return []
  const isShort = metered + unseen < watched * (1 - SLACK) - 1000
  return isShort ? [{ about: path, says: `${says}: too little` }] : []
}

const timeOf = (spans: readonly Span[], until: number): number =>
  spans.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, until) - from), 0)

export const idleIsReclaimed: Invariant = {
  id: 'I15',
  name: 'an idle cluster ends within twice its limit and a sweep; a busy one never',
  matters:
    'Idle machines are the bill that nobody wanted; the limit is what their owner chose to pay at most.',
  atRest({ entities, isBusy, idleFor, stack }) {
    const now = stack.world.clock.now()
    return [...entities].flatMap(([path, entity]) => {
      if (entity.kind !== 'cluster' || entity.state !== 'RUNNING' || isBusy(path)) return []
      const limit = entity.spec.autoterminationMinutes
      const since = Math.max(now - idleFor, entity.changedAt)
      if (limit === 0 || now - since <= 2 * minutes(limit + 1) + minutes(10)) return []
      return [
        {
          about: path,
          says: `runs, idle for ${Math.round((now - since) / 60_000)} min; its limit is ${limit}`,
        },
      ]
    })
  },
}
