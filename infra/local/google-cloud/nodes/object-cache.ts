// All objects of one kind, kept up to date by list and watch, so that whoever looks every few seconds reads memory
// and not a thousand objects over the wire. Talks to the Kubernetes port alone.
import { CallError } from '../../../../shared/call-error.ts'
import type { KindRef, KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../../shared/ports.ts'

export interface ObjectCache {
  values(): Iterable<KubernetesObject>
  size(): number
  /** By `namespace/name`, or by name where the kind has no namespace. */
  get(key: string): KubernetesObject | undefined
  /** Whether the first list has come in. */
  isFilled(): boolean
  stop(): void
}

interface ObjectCacheOptions {
  readonly kubernetes: Kubernetes
  readonly kind: KindRef
  readonly clock: Clock
  /** Pause after a failed list or watch. */
  readonly retryMs: number
  readonly changed: () => void
}

const PAGE = 500

export function objectCache(options: ObjectCacheOptions): ObjectCache {
  const { kubernetes, kind, clock, retryMs, changed } = options
  const stopped = new AbortController()
  const { signal } = stopped
  let objects = new Map<string, KubernetesObject>()
  let filled = false

  async function fill(): Promise<string> {
    const fresh = new Map<string, KubernetesObject>()
    let page = await kubernetes.list(kind, { limit: PAGE })
    for (const object of page.items) fresh.set(keyOf(object), object)
    while (page.continue !== undefined) {
      page = await kubernetes.list(kind, { limit: PAGE, continue: page.continue })
      for (const object of page.items) fresh.set(keyOf(object), object)
    }
    objects = fresh
    filled = true
    changed()
    return page.resourceVersion
  }

  /** Follows changes until the watch ends; answers where to go on from. */
  async function follow(from: string): Promise<string> {
    let resourceVersion = from
    for await (const event of kubernetes.watch(kind, { resourceVersion, signal })) {
      if (signal.aborted) break
      if (event.type === 'BOOKMARK') {
        ;({ resourceVersion } = event)
        continue
      }
      resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion
      if (event.type === 'DELETED') objects.delete(keyOf(event.object))
      else objects.set(keyOf(event.object), event.object)
      changed()
    }
    return resourceVersion
  }

  async function run(): Promise<void> {
    let from: string | undefined
    while (!signal.aborted) {
      try {
        from ??= await fill()
        const next = await follow(from)
        // A server that closes each watch at once must not be called in a tight loop.
        if (next === from && !signal.aborted) await clock.sleep(retryMs, signal)
        from = next
      } catch (error) {
        if (signal.aborted) return
        from = undefined
        if (!(error instanceof CallError && error.kind === 'expired'))
          await clock.sleep(retryMs, signal).catch(() => undefined)
      }
    }
  }

  void run()
  return {
    values: () => objects.values(),
    size: () => objects.size,
    get: (key) => objects.get(key),
    isFilled: () => filled,
    stop: () => stopped.abort(new Error('the cache is stopped')),
  }
}

function keyOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}
