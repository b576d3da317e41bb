// Pools and zones that could not grow are left alone for 5 minutes, then twice as long, up to 30; afresh after 3 h.
import type { Instant } from '../../../../shared/domain/time.ts'
import type { Profile } from '../../profile.ts'

export interface BackOff {
  isHeld(pool: string, zone: string, now: Instant): boolean
  failed(pool: string, zone: string, now: Instant): void
  succeeded(pool: string, zone: string): void
  /** When the first hold after `now` ends. */
  nextEnd(now: Instant): Instant | undefined
}

export function backOff({ scaleUpBackOff, scaleUpReset }: Profile): BackOff {
  const holds = new Map<string, { until: Instant; length: number }>()
  return {
    isHeld: (pool, zone, now) => (holds.get(`${pool} ${zone}`)?.until ?? 0) > now,
    failed(pool, zone, now) {
      const before = holds.get(`${pool} ${zone}`)
      const isRecent = before !== undefined && now - before.until < scaleUpReset
      const length = Math.min(
        isRecent ? before.length * 2 : scaleUpBackOff.first,
        scaleUpBackOff.longest,
      )
      holds.set(`${pool} ${zone}`, { until: now + length, length })
    },
    succeeded: (pool, zone) => void holds.delete(`${pool} ${zone}`),
    nextEnd(now) {
      let next: Instant | undefined
      for (const { until } of holds.values())
        if (until > now && (next === undefined || until < next)) next = until
      return next
    },
  }
}
