// A timeline as text: a bar for each phase on one scale, the critical path marked, and where the time went. Pure.
import {
  criticalPath,
  ownTime,
  type Phase,
  type Span,
  type TimeShare,
  whereTimeWent,
} from '../../shared/domain/timeline.ts'
import { durationText } from './duration.ts'

/** What is printed at the end of a launch, for a text this many columns wide (at least 60). */
export function timelineLines(phases: readonly Phase[], span: Span, columns = 100): string[] {
  const path = criticalPath(phases, span)
  const critical = new Set(path.map(({ step }) => step))
  const rows = phases.toSorted((a, b) => a.startedAt - b.startedAt || a.endedAt - b.endedAt)
  const titleWidth = widest(rows.map(({ title }) => title))
  const barWidth = Math.max(20, columns - titleWidth - 18)
  const total = Math.max(0, span.endedAt - span.startedAt)
  return [
    `Timeline, ${durationText(total)} in all (* = on the critical path)`,
    ...rows.map((phase) => {
      const mark = critical.has(phase.step) ? '*' : ' '
      const took = durationText(Math.max(0, phase.endedAt - phase.startedAt))
      return `${mark} ${phase.title.padEnd(titleWidth)} ${took.padStart(12)}  ${bar(phase, span, barWidth)}`.trimEnd()
    }),
    '',
    `Where the time went: ${durationText(ownTime(path))} of it was Kindling's own`,
    ...shareLines(whereTimeWent(path)),
  ]
}

function shareLines(shares: readonly TimeShare[]): string[] {
  const width = widest(shares.map(({ title }) => title))
  return shares.map(({ title, ms, share, own }) => {
    const percent = `${Math.round(share * 100)} %`
    return `  ${title.padEnd(width)} ${durationText(ms).padStart(12)} ${percent.padStart(6)}${own ? '  own' : ''}`
  })
}

/** At least one mark, so that short phases show; parts outside the span are left out. */
function bar(phase: Phase, span: Span, width: number): string {
  const total = Math.max(1, span.endedAt - span.startedAt)
  const column = (at: number): number =>
    Math.min(width, Math.max(0, ((at - span.startedAt) / total) * width))
  const start = Math.min(width - 1, Math.floor(column(phase.startedAt)))
  const end = Math.max(start + 1, Math.round(column(phase.endedAt)))
  return ' '.repeat(start) + '█'.repeat(end - start)
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length))
}
