// A snapshot as the event that the workspace's topic takes.
import { podSnapshot, type PodSnapshot } from '../../../events/pod-snapshot.ts'

/** `agent`: the name of its pod. */
export function snapshotEvent(
  agent: string,
  snapshot: PodSnapshot,
  traceparent: string | undefined,
): string {
  const { uid, term, sequence, observedAt } = snapshot
  return JSON.stringify({
    specversion: '1.0',
    id: `${uid}-${term}-${sequence}`,
    source: `//kindling/agents/${agent}`,
    type: podSnapshot.type,
    time: new Date(observedAt).toISOString(),
    datacontenttype: 'application/json',
    traceparent,
    data: snapshot,
  })
}
