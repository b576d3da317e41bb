// When a workspace is next awake because its schedule says so, for programs and for people. Pure.
import type { Entity } from '../../shared/domain/entity.ts'
import { nextHour } from '../../shared/domain/prewarm.ts'
import type { Instant } from '../../shared/domain/time.ts'

/** Undefined for what has no schedule, or is on its way out. */
export function nextPrewarm(entity: Entity, now: Instant): Instant | undefined {
  if (entity.kind !== 'workspace' || entity.want === 'down' || !entity.spec.prewarm)
    return undefined
  return nextHour(entity.spec.prewarm, now)
}

/** `awake by its schedule: Thu 2026-01-01 08:30 Europe/Berlin`, as the clock on the wall there shows it. */
export function prewarmLines(entity: Entity, now: Instant): string[] {
  const hour = nextPrewarm(entity, now)
  if (hour === undefined || entity.kind !== 'workspace' || !entity.spec.prewarm) return []
  const { timeZone } = entity.spec.prewarm
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' }).format(hour)
  // Sweden writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  return [`  awake by its schedule: ${day} ${format.format(hour)} ${timeZone}`]
}
