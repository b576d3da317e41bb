// A launch as one trace: its request, and under it every phase to the last pod, and the newest report of the pods, with the
// ids by which logs and other tools know them. Pure.
import { createHash } from 'node:crypto'
import type { Observation } from '../../shared/domain/records.ts'
import type { Phase, Span } from '../../shared/domain/timeline.ts'
import { spanOf } from '../../shared/runtime/trace.ts'
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

/**
 * `traceparent`: of the request, as its run has it (W3C). The spans of phases have ids derived from it. An observation that
 * was reported in another trace is left out.
 */
export function traceSpans(
  traceparent: string,
  phases: readonly Phase[],
  { startedAt, endedAt }: Span,
  observation?: Observation,
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
  const child = (name: string, startTime: number, endTime: number): TraceSpan => ({
    kind: 'span',
    traceId,
    spanId: createHash('sha256').update(`${traceparent} ${name}`).digest('hex').slice(0, 16),
    parentSpanId: spanId,
    name,
    startTime,
    endTime,
  })
  const spans = phases.map((phase) => child(phase.step, phase.startedAt, phase.endedAt))
  const isOfTrace = observation && spanOf(observation.traceparent)?.traceId === traceId
  const report = isOfTrace
    ? [child('pod-snapshot', observation.observedAt, observation.receivedAt)]
    : []
  return [root, ...spans, ...report]
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
