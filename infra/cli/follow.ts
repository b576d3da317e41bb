// Shows entities until what is waited for has come about, or cannot any more.
import type { Clock } from '../../shared/ports.ts'
import { entityView, isOver } from './entity-view.ts'
import type { Progress } from './progress.ts'
import type { StoredEntity } from './stored-entity.ts'

export interface Following {
  readonly read: (path: string) => Promise<StoredEntity | undefined>
  /** Shown, in this order. */
  readonly paths: readonly string[]
  /** Waited for. */
  readonly until: Awaited
  readonly clock: Clock
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Called with each entity whose state or reason is new. */
  readonly changed?: (stored: StoredEntity) => void
}

/** Whether it has come about, by the path of what is shown; undefined = not yet. */
export type Awaited = (found: (path: string) => StoredEntity | undefined) => boolean | undefined

/** All of these run; not when one has ended. */
export function running(paths: readonly string[]): Awaited {
  return (found) => {
    const entities = paths.map((path) => found(path)?.entity)
    if (entities.every((entity) => entity?.state === 'RUNNING')) return true
    return entities.some((entity) => entity && isOver(entity)) ? false : undefined
  }
}

/** At speed 1 a workspace alone takes six minutes (ms). */
const LIMIT = 20 * 60_000
const REDRAW = 200

/** Whether what was waited for has come about. Throws the signal's reason. */
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
    const answer = until((path) => found[paths.indexOf(path)])
    if (answer !== undefined) return answer
    if (clock.now() > end) throw new Error(`not there after ${LIMIT / 60_000} minutes`)
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
