// What a launch may change by itself when its machines are not to be had: `auto` leaves the choice of zone to Kindling
// (rule *zone*), spot falls back to on-demand where that was asked for (rule *fallback*), and pods that do not fit beside GKE's
// own become a step smaller (rule *room*). Pure.
import type { ClusterSpec, ClusterEntity, WorkspaceSpec } from './entity.ts'
import { PARTIAL_AFTER } from './protocol-times.ts'
import { blockReason } from './scale-up-block.ts'
import { levelOfThisStart, type Situation } from './situation.ts'
import { minutes } from './time.ts'
import { zoneOf } from './zone.ts'

export type Adaptation = NonNullable<ClusterEntity['adapted']>

/** A stock-out often passes within a minute or two; moving costs a new start. */
export const ADAPT_AFTER = minutes(2)

/** What a cluster is made with: what was asked for, but for what had to be changed. */
export function effectiveSpec({
  spec,
  adapted,
}: Pick<ClusterEntity, 'spec' | 'adapted'>): ClusterSpec {
  return adapted?.spec ?? spec
}

/** What stays of it under these settings: a start begins without, a change of size keeps what had to be changed. */
export function keptAdaptation(
  before: Pick<ClusterEntity, 'adapted'> | undefined,
  { spec: { executors }, isStart }: { readonly spec: ClusterSpec; readonly isStart: boolean },
): Adaptation | undefined {
  if (!before?.adapted || isStart) return undefined
  const { adapted } = before
  const { spot } = adapted.spec.executors
  return { ...adapted, spec: { ...adapted.spec, executors: { ...executors, spot } } }
}

/** The next thing to try for a launch that gets no machines; undefined when there is none, or no need. */
export function adaptationOf(situation: Situation): Adaptation | undefined {
  const { entity, run, now } = situation
  if (entity.kind !== 'cluster' || run.is !== 'active' || run.direction === 'down') return undefined
  if (entity.state !== 'PENDING' && entity.state !== 'RESTARTING') return undefined
  const { subject } = run.plan
  if (subject.kind !== 'cluster' || now < run.createdAt + patienceOf(situation)) return undefined
  const reason = blockReason(situation)
  if (!reason || canWork(situation)) return undefined
  if (reason.code === 'POD_SCHEDULING_FAILURE') return smaller(entity, reason)
  if (reason.code !== 'GCP_INSUFFICIENT_CAPACITY') return undefined

  const tried = [...(entity.adapted?.tried ?? []), ...(subject.zone ? [subject.zone] : [])]
  return nextOf(entity, { spec: effectiveSpec(entity), tried, reason }, subject.zones)
}

/** What to try in place of what turns out to be not to be had either. */
export function adaptationAfter(
  entity: ClusterEntity,
  vain: Adaptation,
  { zones, warm }: Pick<WorkspaceSpec, 'zones' | 'warm'>,
): Adaptation | undefined {
  const zone = zoneOf(vain.spec, entity.cluster, zones, warm)
  return nextOf(entity, { ...vain, tried: [...vain.tried, ...(zone ? [zone] : [])] }, zones)
}

/** Once: what does not fit with twice the margin is not a matter of a few agents more. */
function smaller(entity: ClusterEntity, reason: Adaptation['reason']): Adaptation | undefined {
  const { adapted } = entity
  if (adapted?.isSmaller) return undefined
  const spec = effectiveSpec(entity)
  return { spec, tried: adapted?.tried ?? [], isSmaller: true, reason }
}

function nextOf(
  { spec: asked, adapted }: ClusterEntity,
  { spec, tried, reason }: Adaptation,
  zones: readonly string[],
): Adaptation | undefined {
  const next = zones.find((zone) => !tried.includes(zone))
  const kept = adapted?.isSmaller ? { isSmaller: adapted.isSmaller } : {}
  if (asked.zone === 'auto' && next) {
    return { ...kept, spec: { ...spec, zone: next }, tried, reason }
  }
  if (!spec.executors.spot || !spec.executors.spotFallback) return undefined
  const executors = { ...spec.executors, spot: false }
  return { ...kept, spec: { ...spec, zone: asked.zone, executors }, tried: [], reason }
}

/** Where some machines have come, others may: until it would run with those that it has. */
function patienceOf(situation: Situation): number {
  const phases = levelOfThisStart(situation)?.phases
  return phases?.lastNodeReadyAt === undefined ? ADAPT_AFTER : PARTIAL_AFTER
}

/** With a driver and one executor it will run, and go on asking for the rest. */
function canWork(situation: Situation): boolean {
  const level = levelOfThisStart(situation)
  return level?.driver === 'ready' && level.executors.ready > 0
}
