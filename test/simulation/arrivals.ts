// How long each entity is on its way to its goal once nothing goes wrong any more, held against the deadline of its kind.
import { entityRef, runPath } from '../../shared/domain/paths.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { Fields } from '../../shared/ports.ts'
import { deadlines } from '../../shared/steps/deadlines.ts'

/** The longest that any entity was on its way, by kind and direction: `cluster up`. */
export type Arrivals = Readonly<Record<string, number>>

export interface ArrivalWatch {
  /** Looks at everything as it is now. */
  look(documents: ReadonlyMap<string, Fields>, now: number): void
  readonly worst: Arrivals
}

/** `late`: told of each entity that is. */
export function arrivalWatch(late: (path: string, says: string) => void): ArrivalWatch {
  /** What each entity that is under way does, and since when. */
  const underWay = new Map<string, { readonly what: string; readonly since: number }>()
  const worst: Record<string, number> = {}

  function judge(path: string, run: Fields, now: number): void {
    const kind = entityRef(path)?.kind
    if (!kind) return
    const { direction, is, generation } = run
    const what = `${String(generation)} ${String(is)}`
    const known = underWay.get(path)
    const since = known?.what === what ? known.since : now
    underWay.set(path, { what, since })
    const way = direction === 'down' ? 'down' : 'up'
    const took = now - since
    worst[`${kind} ${way}`] = Math.max(worst[`${kind} ${way}`] ?? 0, took)
    // What waits for its workspace waits until that runs, or has failed and is gone.
    const allowed = is === 'waiting' ? wholeLife : deadlines[kind][way]
    if (took <= allowed) return
    const [taken, deadline] = [took, allowed].map((ms) => Math.round(ms / minutes(1)))
    late(path, `is not ${way} after ${taken} minutes; its deadline is ${deadline}`)
  }

  return {
    worst,
    look(documents, now) {
      for (const [path, { generation, kind }] of documents) {
        if (typeof generation !== 'number' || typeof kind !== 'string') continue
        const run = documents.get(runPath(path, generation))
        if (!run || run['is'] === 'settled') underWay.delete(path)
        else judge(path, run, now)
      }
    },
  }
}

const wholeLife = deadlines.workspace.up + deadlines.workspace.down
