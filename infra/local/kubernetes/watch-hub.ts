// Watches: every change of a kind after a version, once and in order, as the one watcher's selector sees it.
// History is kept per kind in a window; who asks for older is told `Expired` and must list again.
import type { Resource } from '../../../shared/manifests/kinds.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Clock, WatchEvent } from '../../../shared/ports.ts'
import { type EventQueue, eventQueue } from './event-queue.ts'
import { freezeDeep } from './frozen-json.ts'
import { type Change, namespaceOf } from './object-store.ts'
import { expired, qualifiedPlural } from './status-error.ts'

export interface WatchRequest {
  readonly resource: Resource
  readonly namespace?: string | undefined
  readonly matches: (object: KubernetesObject) => boolean
  /** Everything after this. */
  readonly version: number
  /** Synthetic events to begin with. */
  readonly initial?: readonly WatchEvent[]
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface WatchHub {
  /** Throws 410 when the version is older than the window. */
  open(request: WatchRequest): AsyncIterableIterator<WatchEvent>
  readonly record: (change: Change) => void
  /** Ends every open watch at once, also what was queued, as a server under load does. */
  readonly closeAll: () => void
  /** Forgets the history: whoever resumes from before now must list again. */
  compact(): void
  readonly openCount: () => number
}

interface Settings {
  readonly clock: Clock
  readonly version: () => number
  /** Changes kept of each kind. */
  readonly window: number
  readonly bookmarkMs: number
}

/** What a change means to one watcher: an object may enter or leave its selector. */
function seenBy(request: WatchRequest, change: Change): WatchEvent | undefined {
  const { namespace } = request
  if (namespace !== undefined && namespaceOf(change.object) !== namespace) return undefined
  const matches = request.matches(change.object)
  if (change.type !== 'MODIFIED') {
    return matches ? { type: change.type, object: change.object } : undefined
  }
  const matched = change.previous !== undefined && request.matches(change.previous)
  if (matches) return { type: matched ? 'MODIFIED' : 'ADDED', object: change.object }
  if (!matched) return undefined
  // It left: the watcher gets the last state it could see, at the version of the leaving.
  const metadata = { ...change.previous.metadata, resourceVersion: String(change.version) }
  return { type: 'DELETED', object: freezeDeep({ ...change.previous, metadata }) }
}

interface History {
  changes: Change[]
  /** Changes up to this version are forgotten. */
  forgotten: number
}

interface Watcher {
  readonly request: WatchRequest
  readonly queue: EventQueue<WatchEvent>
}

export function watchHub(settings: Settings): WatchHub {
  const { clock, window } = settings
  const histories = new Map<string, History>()
  const watchers = new Map<string, Set<Watcher>>()
  let compactedAt = settings.version()

  function historyOf(resource: Resource): History {
    const key = qualifiedPlural(resource)
    const history = histories.get(key) ?? { changes: [], forgotten: compactedAt }
    histories.set(key, history)
    return history
  }

  function watchersOf(resource: Resource): Set<Watcher> {
    const key = qualifiedPlural(resource)
    const found = watchers.get(key) ?? new Set<Watcher>()
    watchers.set(key, found)
    return found
  }

  /** Bookmarks, the timeout and the caller's signal; answers what undoes them. */
  function keepTime(request: WatchRequest, queue: EventQueue<WatchEvent>): () => void {
    const bookmark = (): void => {
      queue.push({ type: 'BOOKMARK', resourceVersion: String(settings.version()) })
      next = clock.after(settings.bookmarkMs, bookmark)
    }
    let next = clock.after(settings.bookmarkMs, bookmark)
    const { timeoutMs, signal } = request
    const timeout = timeoutMs === undefined ? undefined : clock.after(timeoutMs, () => queue.end())
    const abort = (): void => queue.end({ drop: true })
    signal?.addEventListener('abort', abort, { once: true })
    return () => {
      next()
      timeout?.()
      signal?.removeEventListener('abort', abort)
    }
  }

  return {
    open(request) {
      const history = historyOf(request.resource)
      if (request.version < history.forgotten) {
        throw expired(`too old resource version: ${request.version} (${history.forgotten})`)
      }
      const open = watchersOf(request.resource)
      const queue = eventQueue<WatchEvent>(() => {
        open.delete(watcher)
        stopTime()
      })
      const watcher = { request, queue }
      const stopTime = keepTime(request, queue)
      for (const event of request.initial ?? []) queue.push(event)
      for (const change of history.changes) {
        const event = change.version > request.version ? seenBy(request, change) : undefined
        if (event) queue.push(event)
      }
      open.add(watcher)
      if (request.signal?.aborted) queue.end({ drop: true })
      return queue
    },
    record(change) {
      const history = historyOf(change.resource)
      history.changes.push(change)
      // Cut in halves, so that a full window costs nothing per change.
      if (history.changes.length >= window * 2) {
        const cut = history.changes.splice(0, history.changes.length - window)
        history.forgotten = cut.at(-1)?.version ?? history.forgotten
      }
      for (const watcher of watchersOf(change.resource)) {
        const event = seenBy(watcher.request, change)
        if (event) watcher.queue.push(event)
      }
    },
    closeAll() {
      for (const open of watchers.values()) {
        for (const { queue } of open) queue.end({ drop: true })
      }
    },
    compact() {
      compactedAt = settings.version()
      for (const history of histories.values()) {
        history.changes = []
        history.forgotten = compactedAt
      }
    },
    openCount: () => [...watchers.values()].reduce((count, open) => count + open.size, 0),
  }
}
