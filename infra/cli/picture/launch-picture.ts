// A launch as a picture: one self-contained SVG with its phases, the hops between them, its pods on their nodes, and the
// critical path. As large for a thousand executors as for fifty, because some pods stand for all. Pure.
import type { PodCourse } from '../../../events/pod-snapshot.ts'
import { criticalPath, ownTime, type Phase, type Span } from '../../../shared/domain/timeline.ts'
import { durationText } from '../duration.ts'
import { bar, COLORS, label, legend, NARROW, ROW, rule, WIDTH } from './drawing.ts'
import { element, escaped } from './element.ts'
import { hopLines } from './hop-lines.ts'
import { pictureRows, rowOf } from './picture-rows.ts'
import { podRows } from './pod-rows.ts'
import { timeScale, type TimeScale } from './time-scale.ts'

export interface LaunchPicture {
  /** Of the cluster, for the heading. */
  readonly name: string
  readonly executors: number
  readonly phases: readonly Phase[]
  readonly span: Span
  /** Of some pods, as the newest report has them. */
  readonly courses: readonly PodCourse[]
}

const LEFT = 230
const RIGHT = 90
const TOP = 96

export function launchPicture(launch: LaunchPicture): string {
  const { span, phases, name, executors } = launch
  const scale = timeScale(span, LEFT, WIDTH - LEFT - RIGHT)
  const path = criticalPath(phases, span)
  const critical = new Set(path.map(({ step }) => rowOf(step)))
  const rows = pictureRows(phases)
  const yOf = new Map(rows.map(({ step }, at) => [step, TOP + at * ROW]))
  const podsTop = TOP + rows.length * ROW + 34
  const pods = podRows(launch, scale, podsTop)
  const pathTop = podsTop + pods.height + (pods.height > 0 ? 40 : 6)
  const height = pathTop + 2 * ROW + 18

  const total = Math.max(0, span.endedAt - span.startedAt)
  const size = executors === 1 ? '1 executor' : `${executors.toLocaleString('en')} executors`
  const heading = `Launch of ${name}: ${size} in ${durationText(total)}`
  const own = `${durationText(ownTime(path))} of it Kindling's own, the rest waited for Google Cloud`
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height: Math.ceil(height),
      role: 'img',
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
      fill: COLORS.text,
    },
    element('title', {}, escaped(heading)),
    element('desc', {}, escaped(describe(path.map(({ title, ms }) => ({ title, ms }))))),
    element('rect', { width: WIDTH, height, fill: COLORS.paper }),
    label(heading, 16, 30, { 'font-size': 18, 'font-weight': 600 }),
    label(own, 16, 50, { fill: COLORS.quiet }),
    legend(LEFT, 66),
    axis(scale, TOP - 10, pathTop + ROW),
    hopLines(rows, yOf, scale),
    ...rows.map((phase) => phaseRow(phase, yOf.get(phase.step) ?? TOP, critical, scale)),
    pods.drawn,
    label('critical path', LEFT - 10, pathTop + 13, { 'text-anchor': 'end', 'font-weight': 600 }),
    ...path.map(({ title, own: isOwn, startedAt, endedAt, ms }) =>
      bar(scale, { startedAt, endedAt }, pathTop, {
        color: isOwn ? COLORS.own : COLORS.cloud,
        says: `${title}: ${durationText(ms)}`,
        text: title,
        isCritical: true,
      }),
    ),
  ).concat('\n')
}

function describe(parts: readonly { title: string; ms: number }[]): string {
  return `Critical path: ${parts.map(({ title, ms }) => `${title} ${durationText(ms)}`).join(', ')}`
}

function phaseRow(
  { step, title, startedAt, endedAt, own }: Phase,
  y: number,
  critical: ReadonlySet<string>,
  scale: TimeScale,
): string {
  const took = durationText(Math.max(0, endedAt - startedAt))
  const isCritical = critical.has(step)
  return [
    label(title, LEFT - 10, y + 13, {
      'text-anchor': 'end',
      'font-weight': isCritical ? 600 : undefined,
    }),
    bar(scale, { startedAt, endedAt }, y, {
      color: own ? COLORS.own : COLORS.cloud,
      says: `${title}: ${took}`,
      isCritical,
    }),
    label(took, Math.max(scale.x(endedAt), scale.x(startedAt) + NARROW) + 6, y + 13, {
      fill: COLORS.quiet,
      'font-size': 11,
    }),
  ].join('')
}

function axis(scale: TimeScale, top: number, bottom: number): string {
  return scale.ticks
    .map(({ ms, x }) =>
      [
        rule(x, top, x, bottom, { stroke: COLORS.grid }),
        label(ms === 0 ? '0' : durationText(ms), x, top - 4, {
          'text-anchor': 'middle',
          fill: COLORS.quiet,
          'font-size': 11,
        }),
      ].join(''),
    )
    .join('')
}
