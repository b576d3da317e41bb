// Where the time of a launch went. From phases that say when they began and ended and what they waited for, the critical
// path: the one chain that the end waited for, all of it, so that its parts add up to the whole. Pure.
import type { Instant } from './time.ts'

/** One stretch of a launch. */
export interface Phase {
  /** Unique within the timeline. */
  readonly step: string
  /** For people. */
  readonly title: string
  readonly startedAt: Instant
  readonly endedAt: Instant
  /** Steps that had to end first. Names that the timeline does not have are ignored. */
  readonly waitedFor: readonly string[]
  /** Kindling worked; false where it waited for the cloud (a pool operation, autoscaler scan, node boot, image pull). */
  readonly own: boolean
}

export interface Span {
  readonly startedAt: Instant
  readonly endedAt: Instant
}

/** A part of the critical path. Where no phase ran, the time is Kindling's own and the step is `own:before-...`. */
export interface PathSegment extends Span {
  readonly step: string
  readonly title: string
  readonly own: boolean
  readonly ms: number
}

/** What one step took of the critical path; all gaps together are one line. */
export interface TimeShare {
  readonly title: string
  readonly own: boolean
  readonly ms: number
  /** Of the whole, 0 to 1. */
  readonly share: number
}

/**
 * The critical path over `span`, earliest first. Segments touch one another and cover the span exactly; each lies within
 * its phase. Walks back from the phase that ended last, always to whatever ended last of what that one waited for.
 * Times that contradict one another (several clocks wrote them) are cut to fit, never counted twice.
 */
export function criticalPath(phases: readonly Phase[], span: Span): PathSegment[] {
  const path: PathSegment[] = []
  let cursor = Math.max(span.startedAt, span.endedAt)
  const cover = (from: Instant, what: Pick<PathSegment, 'step' | 'title' | 'own'>): void => {
    const startedAt = Math.min(cursor, Math.max(from, span.startedAt))
    if (startedAt < cursor)
      path.unshift({ ...what, startedAt, endedAt: cursor, ms: cursor - startedAt })
    cursor = startedAt
  }

  const left = new Map(phases.map((phase) => [phase.step, phase]))
  let phase = lastEnded([...left.values()])
  let gap = { step: 'own:after-all', title: 'after everything' }
  while (phase) {
    left.delete(phase.step)
    cover(phase.endedAt, { ...gap, own: true })
    const before = lastEnded(phase.waitedFor.flatMap((step) => left.get(step) ?? []))
    cover(Math.max(phase.startedAt, before?.endedAt ?? phase.startedAt), phasePart(phase))
    gap = { step: `own:before-${phase.step}`, title: `before ${phase.title}` }
    phase = before
  }
  cover(span.startedAt, { ...gap, own: true })
  return path
}

/** Milliseconds of a critical path that are Kindling's own. */
export function ownTime(path: readonly PathSegment[]): number {
  return path.reduce((sum, segment) => sum + (segment.own ? segment.ms : 0), 0)
}

/** What took how much of a critical path, most first. */
export function whereTimeWent(path: readonly PathSegment[]): TimeShare[] {
  const total = path.reduce((sum, segment) => sum + segment.ms, 0)
  const totals = new Map<string, Omit<TimeShare, 'share'>>()
  for (const { step, title, own, ms } of path) {
    const gap = step.startsWith('own:')
    const key = gap ? 'own' : step
    const known = totals.get(key)?.ms ?? 0
    totals.set(key, { title: gap ? 'Kindling, between steps' : title, own, ms: known + ms })
  }
  return [...totals.values()]
    .map((entry) => ({ ...entry, share: entry.ms / total }))
    .toSorted((a, b) => b.ms - a.ms)
}

function lastEnded(phases: readonly Phase[]): Phase | undefined {
  let last: Phase | undefined
  for (const phase of phases) if (!last || phase.endedAt > last.endedAt) last = phase
  return last
}

function phasePart({ step, title, own }: Phase): Pick<PathSegment, 'step' | 'title' | 'own'> {
  return { step, title, own }
}
