// The objects of one kind, kept up to date: list, then watch, resumed after every end, listed anew when the version
// is too old. Tells each change once, also those that were missed while no watch was open.
import { CallError } from '../../../../shared/call-error.ts'
import type { KindRef, KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../../shared/ports.ts'

export interface FollowOptions {
  readonly kubernetes: Kubernetes
  readonly clock: Clock
  readonly kind: KindRef
  readonly labelSelector?: string
  readonly signal: AbortSignal
  /** Created or changed. */
  readonly onSet: (object: KubernetesObject) => void
  /** Deleted; another life under the same name is told as gone first, then as set. */
  readonly onGone: (object: KubernetesObject) => void
}

const pageSize = 500
const watchSeconds = 240
const longestPauseMs = 10_000

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

async function listAll(
  options: FollowOptions,
): Promise<{ items: KubernetesObject[]; version: string }> {
  const { kubernetes, kind, labelSelector } = options
  const selected = labelSelector === undefined ? {} : { labelSelector }
  const items: KubernetesObject[] = []
  let next: string | undefined
  do {
    const page = await kubernetes.list(kind, {
      ...selected,
      limit: pageSize,
      ...(next === undefined ? {} : { continue: next }),
    })
    items.push(...page.items)
    next = page.continue
    if (next === undefined) return { items, version: page.resourceVersion }
  } while (!options.signal.aborted)
  return { items, version: '' }
}

/** Runs until the signal aborts. Errors of the two callbacks are not caught. */
export async function follow(options: FollowOptions): Promise<void> {
  const { kubernetes, clock, kind, labelSelector, signal, onSet, onGone } = options
  const known = new Map<string, KubernetesObject>()
  let version: string | undefined
  let failures = 0

  function set(object: KubernetesObject): void {
    const key = keyOf(object)
    const before = known.get(key)
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return
    if (before && before.metadata.uid !== object.metadata.uid) onGone(before)
    known.set(key, object)
    onSet(object)
  }

  function gone(object: KubernetesObject): void {
    if (known.delete(keyOf(object))) onGone(object)
  }

  async function relist(): Promise<string> {
    const { items, version: listed } = await listAll(options)
    const present = new Set(items.map(keyOf))
    for (const [key, object] of known) if (!present.has(key)) gone(object)
    for (const object of items) set(object)
    return listed
  }

  async function watchFrom(resourceVersion: string): Promise<void> {
    const selected = labelSelector === undefined ? {} : { labelSelector }
    const asked = { ...selected, resourceVersion, timeoutSeconds: watchSeconds, signal }
    for await (const event of kubernetes.watch(kind, asked)) {
      failures = 0
      if (event.type === 'BOOKMARK') version = event.resourceVersion
      else {
        version = event.object.metadata.resourceVersion ?? version
        if (event.type === 'DELETED') gone(event.object)
        else set(event.object)
      }
    }
  }

  while (!signal.aborted) {
    try {
      version ??= await relist()
      await watchFrom(version)
      // A server that closes every watch at once must not be asked again without a pause.
      if (failures++ > 0) await pause()
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (error.kind === 'expired') version = undefined
      failures++
      await pause(error.retryAfterMs)
    }
  }

  async function pause(askedMs = 0): Promise<void> {
    const longest = Math.min(longestPauseMs, 50 * 2 ** failures)
    const ms = Math.max(askedMs, longest * (0.5 + clock.random() / 2))
    await clock.sleep(ms, signal).catch(() => {})
  }
}
