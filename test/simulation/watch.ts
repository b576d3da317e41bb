// Everything that happens in a simulation, told to whoever looks at it while it runs: writes with what was there before,
// changes of Kubernetes objects, and calls of functions.
import type { Change } from '../../infra/local/kubernetes/object-store.ts'
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import type { Fields } from '../../shared/ports.ts'
import type { Call } from '../../shared/runtime/around.ts'

export interface WrittenDocument {
  readonly path: string
  readonly before: Fields | undefined
  /** Absent when it was deleted. */
  readonly after: Fields | undefined
}

export interface Watch {
  readonly onWrite: (listener: (written: WrittenDocument) => void) => void
  /** `endpoint`: which GKE cluster's Kubernetes. */
  readonly onObject: (listener: (endpoint: string, change: Change) => void) => void
  readonly onCall: (listener: (call: Call, invocation: string) => void) => void
  /** Something is wrong: once for each entity and sentence. */
  readonly report: (about: string, says: string) => void
  /** Documents as they are now. */
  readonly documents: ReadonlyMap<string, Fields>
  readonly stack: () => InProcessStack
}

export interface WatchTower {
  watchFor(report: Watch['report']): Watch
  called(call: Call, invocation: string): void
  follow(stack: InProcessStack): void
  /** Looks for GKE clusters that have come up. Cheap. */
  attach(): void
}

export function watchTower(): WatchTower {
  const documents = new Map<string, Fields>()
  const writeListeners: ((written: WrittenDocument) => void)[] = []
  const objectListeners: ((endpoint: string, change: Change) => void)[] = []
  const callListeners: ((call: Call, invocation: string) => void)[] = []
  const attached = new Set<string>()
  let followed: InProcessStack | undefined

  const stack = (): InProcessStack => {
    if (!followed) throw new Error('nothing is simulated yet')
    return followed
  }

  return {
    watchFor: (report) => ({
      onWrite: (listener) => void writeListeners.push(listener),
      onObject: (listener) => void objectListeners.push(listener),
      onCall: (listener) => void callListeners.push(listener),
      report,
      documents,
      stack,
    }),
    called(call, invocation) {
      for (const listener of callListeners) listener(call, invocation)
    },
    follow(given) {
      followed = given
      given.store.onWritten(({ path, data }) => {
        const written = { path, before: documents.get(path), after: data }
        if (data) documents.set(path, data)
        else documents.delete(path)
        for (const listener of writeListeners) listener(written)
      })
    },
    attach() {
      const { clusters } = stack().data
      if (clusters.size === 0) return
      for (const [endpoint, engine] of clusters) {
        const key = `${endpoint} ${engine.snapshot('v1', 'Namespace')[0]?.metadata.uid}`
        if (attached.has(key)) continue
        attached.add(key)
        engine.onChange((change) => {
          for (const listener of objectListeners) listener(endpoint, change)
        })
      }
    },
  }
}
