// Times as the API server writes them: RFC 3339 in UTC, to the second.
import type { Instant } from '../../../shared/domain/time.ts'

export function timestamp(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
