// Shows entities until those that are waited for have come to run, or to an end.
import type { Clock } from '../../shared/ports.ts'
import { entityView, isOver } from './entity-view.ts'
import type { Progress } from './progress.ts'
import type { StoredEntity } from './stored-entity.ts'

export interface Following {
  readonly read: (path: string) => Promise<StoredEntity | undefined>
  /** Shown, in this order. */
  readonly paths: readonly string[]
  /** Waited for. */
  readonly until: readonly string[]
  readonly clock: Clock
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Called with each entity whose state or reason is new. */
  readonly changed?: (stored: StoredEntity) => void
}

/** At speed 1 a workspace alone takes six minutes (ms). */
const LIMIT = 20 * 60_000
const REDRAW = 200

/** Whether all that was waited for runs. Throws the signal's reason. */
export async function follow(following: Following): Promise<boolean> {
  const { read, paths, until, clock, progress, signal, changed } = following
  const end = clock.now() + LIMIT
  const told = new Map<string, string>()
  for (;;) {
    const found = await Promise.all(paths.map(read))
    progress.show(
      paths.map((path, index) => entityView(titleOf(path), found[index])),
      clock.now(),
    )
    for (const stored of found) {
      if (!stored || told.get(stored.path) === wordOf(stored)) continue
      told.set(stored.path, wordOf(stored))
      changed?.(stored)
    }
    const awaited = until.map((path) => found[paths.indexOf(path)]?.entity)
    if (awaited.every((entity) => entity?.state === 'RUNNING')) return true
    if (awaited.some((entity) => entity && isOver(entity))) return false
    if (clock.now() > end) throw new Error(`not running after ${LIMIT / 60_000} minutes`)
    await clock.sleep(REDRAW, signal)
  }
}

function wordOf({ entity }: StoredEntity): string {
  return JSON.stringify([entity.state, 'reason' in entity ? entity.reason : undefined])
}

function titleOf(path: string): string {
  const [kind = '', id = ''] = path.split('/').slice(-2)
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1, -1)} ${id}`
}
