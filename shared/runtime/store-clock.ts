// The store's own time, for whatever is compared with times in documents (protocol rule 8): a machine's clock may be wrong.
import type { Instant } from '../domain/time.ts'
import type { World } from '../ports.ts'

/** Need not exist: reading it tells the time. */
const ANY_DOCUMENT = 'system/clock'

/** The store's time from here on; the machine's clock is only trusted to run at the right pace. */
export async function storeClock({ store, clock }: World): Promise<() => Instant> {
  const readTime = await store.snapshot(async (reader) => {
    await reader.get(ANY_DOCUMENT)
    return reader.readTime()
  })
  const answeredAt = clock.now()
  return () => readTime + clock.now() - answeredAt
}
