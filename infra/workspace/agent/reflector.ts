// Follows all objects of one kind: a list, then every change after it. A watch that the server closes is resumed where it
// ended; one that is too old is begun again with a list; errors are retried with jittered back-off. It never gives up.
import { CallError } from '../../../shared/call-error.ts'
import { backOff, seconds } from '../../../shared/domain/time.ts'
import type { KindRef, KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Clock, Kubernetes, ObjectList, WatchEvent } from '../../../shared/ports.ts'

export interface Reflector {
  /** Whether a list has come in and nothing has failed since: what was told is the present, as far as anyone knows. */
  isCurrent(): boolean
  /** Resolves when the last call has ended. */
  stop(): Promise<void>
}

export interface ReflectorOptions {
  readonly kubernetes: Kubernetes
  readonly clock: Clock
  readonly kind: KindRef
  readonly labelSelector?: string
  /** Everything there is, in place of all that was told before. */
  readonly onList: (objects: readonly KubernetesObject[]) => void
  readonly onChange: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject) => void
  readonly onError?: (error: unknown) => void
}

const PAGE = 500
const BACK_OFF = { first: 250, longest: seconds(30) }
/** The server ends each watch after this, so that a dead connection is noticed. */
const WATCH_SECONDS = 300
/** A watch that ended sooner and said nothing counts as a failure, or a server that closes at once is called in a loop. */
const SHORT_WATCH = seconds(1)

export function startReflector(options: ReflectorOptions): Reflector {
  const { kubernetes, clock, kind, labelSelector } = options
  const selected = labelSelector === undefined ? {} : { labelSelector }
  const stopping = new AbortController()
  const { signal } = stopping
  let current = false
  let failures = 0

  async function list(): Promise<string> {
    const objects: KubernetesObject[] = []
    let page: ObjectList | undefined
    do {
      const rest = page?.continue === undefined ? {} : { continue: page.continue }
      page = await kubernetes.list(kind, { ...selected, limit: PAGE, ...rest })
      objects.push(...page.items)
    } while (page.continue !== undefined)
    if (!signal.aborted) options.onList(objects)
    return page.resourceVersion
  }

  function told(event: WatchEvent): string | undefined {
    if (event.type === 'BOOKMARK') return event.resourceVersion
    options.onChange(event.type, event.object)
    return event.object.metadata.resourceVersion
  }

  /** `at.version` moves on with every event, so that it is right even if the watch fails halfway. */
  async function watch(at: { version: string }): Promise<void> {
    const began = clock.now()
    const from = at.version
    const timeoutSeconds = Math.ceil(WATCH_SECONDS * (1 + clock.random()))
    const request = { ...selected, resourceVersion: from, timeoutSeconds, signal }
    for await (const event of kubernetes.watch(kind, request)) {
      if (signal.aborted) return
      at.version = told(event) ?? at.version
      failures = 0
    }
    if (at.version !== from || clock.now() - began >= SHORT_WATCH) failures = 0
    else await pause()
  }

  async function pause(): Promise<void> {
    const longest = backOff(failures++, BACK_OFF.first, BACK_OFF.longest)
    await clock.sleep(longest * (0.5 + clock.random() / 2), signal)
  }

  async function turn(at: { version?: string }): Promise<void> {
    try {
      const version = at.version ?? (await list())
      const place = { version }
      at.version = version
      current = true
      try {
        await watch(place)
      } finally {
        at.version = place.version
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof CallError && error.kind === 'expired') delete at.version
      else options.onError?.(error)
      current = false
      await pause()
    }
  }

  async function run(): Promise<void> {
    const at: { version?: string } = {}
    while (!signal.aborted) {
      try {
        await turn(at)
      } catch {
        // Only the pause throws here, when it is cut short by the stop.
      }
    }
  }

  const running = run()
  return {
    isCurrent: () => current,
    async stop() {
      stopping.abort(new Error('the reflector was stopped'))
      current = false
      await running
    },
  }
}
