// The sample requests that the demo publishes.
import { readFileSync } from 'node:fs'

export interface SampleEvent {
  readonly data: {
    readonly account: string
    readonly workspace: string
    readonly cluster: string
    readonly executors: { readonly count: number }
  }
}

type SampleName =
  | 'workspace-requested'
  | 'workspace-change-requested'
  | 'cluster-requested'
  | 'cluster-change-requested'

export function sampleEvent(name: SampleName): SampleEvent {
  const file = new URL(`../../events/samples/${name}.json`, import.meta.url)
  // The samples are ours, and a test parses each with its event's schema.
  return JSON.parse(readFileSync(file, 'utf8')) as SampleEvent
}

export function withExecutors(event: SampleEvent, count: number | undefined): SampleEvent {
  if (count === undefined) return event
  return { ...event, data: { ...event.data, executors: { ...event.data.executors, count } } }
}

/** A change of the sample cluster; `id` tells it from others. */
export function changeEvent(id: string, change: object): object {
  const sample = sampleEvent('cluster-change-requested')
  return { ...sample, id: `demo-${id}`, data: { ...sample.data, change } }
}
