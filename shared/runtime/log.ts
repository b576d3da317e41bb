// Lines for operators: JSON, with the fields that Cloud Logging knows, so that lines of one trace are found together.
// Messages are constant and fields are ours: nothing that users wrote.
import type { Clock, Log } from '../ports.ts'
import { activeSpan } from './trace.ts'

export interface LogTarget {
  /** Google Cloud project whose traces these are. */
  readonly project: string
  readonly clock: Clock
  /** Who says it, such as `function: step-due`. */
  readonly labels: Readonly<Record<string, string>>
  /** Takes one line, its end included. */
  readonly write: (line: string) => void
}

/** The line of one entry, without its end. */
export function logLine(
  { project, clock, labels }: Omit<LogTarget, 'write'>,
  ...[severity, message, fields]: Parameters<Log>
): string {
  const span = activeSpan()
  return JSON.stringify({
    ...fields,
    severity,
    message,
    time: new Date(clock.now()).toISOString(),
    'logging.googleapis.com/labels': labels,
    ...(span && {
      'logging.googleapis.com/trace': `projects/${project}/traces/${span.traceId}`,
      'logging.googleapis.com/spanId': span.spanId,
      'logging.googleapis.com/trace_sampled': span.isSampled,
    }),
  })
}

export function jsonLog(target: LogTarget): Log {
  return (...entry) => target.write(`${logLine(target, ...entry)}\n`)
}

/** Standard error, whatever the process says on standard output. */
export function writeToStandardError(line: string): void {
  process.stderr.write(line)
}
