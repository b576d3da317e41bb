// The pods of a launch, a thin row each: its node is scanned for and boots, it is bound, its image comes, Spark starts. Pure.
import type { PodCourse } from '../../../events/pod-snapshot.ts'
import { durationText } from '../duration.ts'
import { bar, COLORS, label } from './drawing.ts'
import type { LaunchPicture } from './launch-picture.ts'
import type { TimeScale } from './time-scale.ts'

const THIN = 9

export interface PodRows {
  readonly drawn: string
  /** Pixels; 0 where there are none. */
  readonly height: number
}

export function podRows(launch: LaunchPicture, scale: TimeScale, top: number): PodRows {
  const { span, executors } = launch
  // Pods that came later, by a resize or for a lost one, are no part of the launch.
  const courses = launch.courses.filter(({ createdAt }) => createdAt <= span.endedAt)
  if (courses.length === 0) return { drawn: '', height: 0 }
  const all = executors + 1
  const says =
    courses.length < all
      ? `${courses.length} of ${all.toLocaleString('en')} pods on their nodes, evenly chosen by when they were ready`
      : 'pods on their nodes'
  const left = scale.x(span.startedAt)
  const rows = courses.map((course, at) => podRow(course, scale, top + at * THIN, left))
  const heading = label(says, left, top - 8, { fill: COLORS.quiet })
  return { drawn: [heading, ...rows].join(''), height: courses.length * THIN }
}

function podRow(course: PodCourse, scale: TimeScale, y: number, left: number): string {
  const { pod, createdAt, nodeReadyAt, scheduledAt, imagePulledAt, readyAt } = course
  const stages = [
    { at: nodeReadyAt, color: COLORS.node, title: 'node scanned for and booted' },
    { at: scheduledAt, color: COLORS.bound, title: 'bound to its node' },
    { at: imagePulledAt, color: COLORS.image, title: 'image pulled' },
    { at: readyAt, color: COLORS.spark, title: 'Spark started' },
  ]
  let startedAt = createdAt
  const parts = stages.flatMap(({ at, color, title }) => {
    // A node that was there before its pod took none of its time.
    if (at === undefined || at <= startedAt) return []
    const says = `${pod}: ${title} in ${durationText(at - startedAt)}`
    const drawn = bar(scale, { startedAt, endedAt: at }, y, { color, says, height: THIN - 2 })
    startedAt = at
    return [drawn]
  })
  const name = label(pod, left - 10, y + 7, {
    'text-anchor': 'end',
    'font-size': 8,
    fill: COLORS.quiet,
  })
  return [name, ...parts].join('')
}
