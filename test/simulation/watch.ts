// Everything that happens in a simulation, told to whoever looks at it while it runs: writes with what was there before,
// changes of Kubernetes objects, and calls of functions.
import type { KubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import type { Change } from '../../infra/local/kubernetes/object-store.ts'
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import type { Fields } from '../../shared/ports.ts'
import type { Call } from '../../shared/around.ts'

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
  /** A line of the log, as one text. */
  readonly onLog: (listener: (line: string) => void) => void
  /** Something is wrong: once for each entity and sentence. */
  readonly report: (about: string, says: string) => void
  /** Documents as they are now. */
  readonly documents: ReadonlyMap<string, Fields>
  readonly stack: () => InProcessStack
  /** Whether a cluster has accepted work that is not done. */
  readonly isBusy: (cluster: string) => boolean
  readonly now: () => number
}

export interface WatchTower {
  readonly busy: Set<string>
  watchFor(report: Watch['report']): Watch
  called(call: Call, invocation: string): void
  logged(line: string): void
  follow(stack: InProcessStack): void
  /** Looks for GKE clusters that have come up. Cheap. */
  attach(): void
}

/** What came up with the cluster itself, before anybody could look. */
function madeBefore(engine: KubernetesEngine): Change[] {
  return ['Node', 'Pod'].flatMap((kind) => {
    const resource = engine.api.registry.find('v1', kind)
    return engine
      .snapshot('v1', kind)
      .map((object): Change => ({ type: 'ADDED', resource, object, version: 0 }))
  })
}

export function watchTower(): WatchTower {
  const documents = new Map<string, Fields>()
  const busy = new Set<string>()
  const writeListeners: ((written: WrittenDocument) => void)[] = []
  const objectListeners: ((endpoint: string, change: Change) => void)[] = []
  const callListeners: ((call: Call, invocation: string) => void)[] = []
  const logListeners: ((line: string) => void)[] = []
  const attached = new Set<string>()
  let followed: InProcessStack | undefined

  const stack = (): InProcessStack => {
    if (!followed) throw new Error('nothing is simulated yet')
    return followed
  }

  return {
    busy,
    watchFor: (report) => ({
      onWrite: (listener) => void writeListeners.push(listener),
      onObject: (listener) => void objectListeners.push(listener),
      onCall: (listener) => void callListeners.push(listener),
      onLog: (listener) => void logListeners.push(listener),
      report,
      documents,
      stack,
      isBusy: (cluster) => busy.has(cluster),
      now: () => stack().world.clock.now(),
    }),
    called(call, invocation) {
      for (const listener of callListeners) listener(call, invocation)
    },
    logged(line) {
      for (const listener of logListeners) listener(line)
    },
    follow(given) {
      followed = given
      given.store.onWritten(({ path, data }) => {
        const written = { path, before: documents.get(path), after: data }
        if (data) documents.set(path, data)
        else documents.delete(path)
        for (const listener of writeListeners) listener(written)
        // What its driver worked on ended with it: the next life has a driver of its own.
        if (data?.['state'] === 'TERMINATED') busy.delete(path)
      })
    },
    attach() {
      const { clusters } = stack().data
      if (clusters.size === 0) return
      for (const [endpoint, engine] of clusters) {
        const key = `${endpoint} ${engine.snapshot('v1', 'Namespace')[0]?.metadata.uid}`
        if (attached.has(key)) continue
        attached.add(key)
        const tell = (change: Change): void => {
          for (const listener of objectListeners) listener(endpoint, change)
        }
        for (const change of madeBefore(engine)) tell(change)
        engine.onChange(tell)
      }
    },
  }
}
