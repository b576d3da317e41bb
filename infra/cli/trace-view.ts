// A launch as one trace: its request, and under it every phase, with the ids by which logs and other tools know them. Pure.
import { createHash } from 'node:crypto'
import type { Phase, Span } from '../../shared/domain/timeline.ts'
import { durationText } from './duration.ts'

/** As OpenTelemetry has it; times are milliseconds since 1970. */
export interface TraceSpan {
  readonly kind: 'span'
  readonly traceId: string
  readonly spanId: string
  /** Absent on the request itself. */
  readonly parentSpanId?: string
  readonly name: string
  readonly startTime: number
  readonly endTime: number
}

/** `traceparent`: of the request, as its run has it (W3C). The spans of phases have ids derived from it. */
export function traceSpans(
  traceparent: string,
  phases: readonly Phase[],
  { startedAt, endedAt }: Span,
): TraceSpan[] {
  const [, traceId = '', spanId = ''] = traceparent.split('-')
  const root: TraceSpan = {
    kind: 'span',
    traceId,
    spanId,
    name: 'launch',
    startTime: startedAt,
    endTime: endedAt,
  }
  const children = phases.map((phase): TraceSpan => ({
    kind: 'span',
    traceId,
    spanId: createHash('sha256').update(`${traceparent} ${phase.step}`).digest('hex').slice(0, 16),
    parentSpanId: spanId,
    name: phase.step,
    startTime: phase.startedAt,
    endTime: phase.endedAt,
  }))
  return [root, ...children]
}

/** For people: each span with when it began, how long it took, and its id. */
export function traceLines(spans: readonly TraceSpan[]): string[] {
  const [root] = spans
  if (!root) return []
  const width = Math.max(...spans.map(({ name }) => name.length)) + 2
  const rows = spans.map((span) => {
    const indent = span === root ? '' : '  '
    const name = `${indent}${span.name}`.padEnd(width + 2)
    const after = durationText(Math.max(0, span.startTime - root.startTime)).padStart(9)
    const took = durationText(Math.max(0, span.endTime - span.startTime)).padStart(9)
    return `${name}${after}${took}  ${span.spanId}`
  })
  const head = `${' '.repeat(width + 2)}${'after'.padStart(9)}${'took'.padStart(9)}  span`
  return [`Trace ${root.traceId}, as in the logs of the functions`, head, ...rows]
}
