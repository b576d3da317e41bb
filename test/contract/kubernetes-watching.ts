// Reads a watch in the background, for tests that act meanwhile.
import type { KindRef } from '../../shared/manifests/object.ts'
import type { WatchEvent } from '../../shared/ports.ts'
import { type KubernetesSubject } from './kubernetes-subject.ts'

type ObjectEvent = Exclude<WatchEvent, { type: 'BOOKMARK' }>

interface Watching {
  readonly events: ObjectEvent[]
  /** `TYPE name` of each event. */
  seen(): string[]
  /** Waits until so many have come. */
  count(wanted: number): Promise<void>
  /** Aborts, and answers when the watch has ended. */
  stop(): Promise<void>
  readonly ended: Promise<void>
}

export interface WatchChoice {
  readonly resourceVersion: string
  readonly labelSelector?: string
  readonly timeoutSeconds?: number
  /** Goes on from the last version seen when the server ends it, as a server under load does. */
  readonly resumes?: boolean
}

function versionOf(event: WatchEvent): string {
  const version = event.type === 'BOOKMARK' ? event : event.object.metadata
  return version.resourceVersion ?? ''
}

/** Reads a watch in the background. */
export function watching(
  subject: KubernetesSubject,
  kind: KindRef,
  options: WatchChoice,
): Watching {
  const controller = new AbortController()
  const events: ObjectEvent[] = []
  const { resumes = false, ...asked } = options
  const { signal } = controller
  let { resourceVersion } = asked
  const readOnce = async (): Promise<void> => {
    for await (const event of subject.kubernetes.watch(kind, {
      ...asked,
      resourceVersion,
      signal,
    })) {
      resourceVersion = versionOf(event)
      // A real server puts one object of its own into each namespace, some time after it was made.
      const own = event.type !== 'BOOKMARK' && event.object.metadata.name !== 'kube-root-ca.crt'
      if (own) events.push(event)
    }
  }
  const read = async (): Promise<void> => {
    await readOnce()
    if (resumes && !signal.aborted) await read()
  }
  const ended = read()
  ended.catch(() => {})
  return {
    events,
    ended,
    seen: () => events.map(({ type, object }) => `${type} ${object.metadata.name}`),
    async count(wanted) {
      await subject.eventually(`${wanted} events`, async () => events.length >= wanted)
    },
    async stop() {
      controller.abort()
      await ended
    },
  }
}
