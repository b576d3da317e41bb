// The two sample requests that the demo publishes.
import { readFileSync } from 'node:fs'

export interface SampleEvent {
  readonly data: {
    readonly account: string
    readonly workspace: string
    readonly cluster: string
    readonly executors: { readonly count: number }
  }
}

export function sampleEvent(name: 'workspace-requested' | 'cluster-requested'): SampleEvent {
  const file = new URL(`../../events/samples/${name}.json`, import.meta.url)
  // The samples are ours, and a test parses each with its event's schema.
  return JSON.parse(readFileSync(file, 'utf8')) as SampleEvent
}

export function withExecutors(event: SampleEvent, count: number | undefined): SampleEvent {
  if (count === undefined) return event
  return { ...event, data: { ...event.data, executors: { ...event.data.executors, count } } }
}
