// Which function a subscription calls, and on which topic it is, by its name alone.
import { type FunctionName, type FunctionRow, manifest } from './manifest.ts'

export interface Source {
  readonly name: FunctionName
  readonly topic: string
}

const rows = Object.entries(manifest) as [FunctionName, FunctionRow][]

/** Fixed subscriptions are named after their function; those of workspaces `{topic}-{function}`. */
export function sourceOf(subscription: string): Source | undefined {
  for (const [name, { on }] of rows) {
    if (on.is === 'topic' && subscription === name) return { name, topic: on.topic }
    const end = `-${name}`
    const isOfWorkspace = on.is === 'topics' && subscription.startsWith(on.prefix)
    if (isOfWorkspace && subscription.endsWith(end)) {
      return { name, topic: subscription.slice(0, -end.length) }
    }
  }
  return undefined
}
