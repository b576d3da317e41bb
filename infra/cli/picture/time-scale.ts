// Time along the width of a picture: where an instant lies, and the round times that the axis names. Pure.
import type { Span } from '../../../shared/domain/timeline.ts'

export interface TimeScale {
  /** Pixels from the left edge; what lies outside the span is put on its edge. */
  x(at: number): number
  /** At most about ten, at round distances. `ms` since the span began. */
  readonly ticks: readonly { readonly ms: number; readonly x: number }[]
}

/** `left`, `width`: pixels that the span takes. */
export function timeScale({ startedAt, endedAt }: Span, left: number, width: number): TimeScale {
  const total = Math.max(1, endedAt - startedAt)
  const x = (at: number): number =>
    left + (Math.min(total, Math.max(0, at - startedAt)) / total) * width
  const step = roundStep(total / 10)
  const ticks = Array.from({ length: Math.floor(total / step) + 1 }, (_, at) => at * step)
  return { x, ticks: ticks.map((ms) => ({ ms, x: x(startedAt + ms) })) }
}

/** The least of 1, 2 and 5 times a power of ten, and above a minute of what clocks count in, that is no smaller. */
function roundStep(least: number): number {
  const clock = [1, 2, 5, 10, 15, 30, 60, 120, 240].map((minutes) => minutes * 60_000)
  if (least > 30_000) return clock.find((step) => step >= least) ?? Math.ceil(least)
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)))
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= least) ?? power
  return step > 30_000 ? 60_000 : step
}
