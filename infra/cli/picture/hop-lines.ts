// The hops of a launch: from the end of what a phase waited for last, down or up to where it began. What lies between the two
// ends is the delivery of an event and a claim. Pure.
import type { Phase } from '../../../shared/domain/timeline.ts'
import { COLORS, ROW } from './drawing.ts'
import { element } from './element.ts'
import type { TimeScale } from './time-scale.ts'

/** `yOf`: the top of each phase's row. */
export function hopLines(
  phases: readonly Phase[],
  yOf: ReadonlyMap<string, number>,
  scale: TimeScale,
): string {
  const byStep = new Map(phases.map((phase) => [phase.step, phase]))
  const middle = (step: string): number => (yOf.get(step) ?? 0) + (ROW - 4) / 2
  return phases
    .flatMap((phase) => {
      const before = phase.waitedFor
        .flatMap((step) => byStep.get(step) ?? [])
        .toSorted((a, b) => b.endedAt - a.endedAt)[0]
      if (!before) return []
      const [x1, x2] = [scale.x(before.endedAt), scale.x(phase.startedAt)]
      const [y1, y2] = [middle(before.step), middle(phase.step)]
      const turn = Math.max(x1, x2 - 4)
      const d = `M${point(x1, y1)}H${px(turn)}V${px(y2)}H${px(x2)}`
      return [element('path', { d, fill: 'none', stroke: COLORS.hop, 'stroke-width': 1 })]
    })
    .join('')
}

const px = (value: number): string => String(Math.round(value * 10) / 10)
const point = (x: number, y: number): string => `${px(x)} ${px(y)}`
