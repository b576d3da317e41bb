// The outside of models about a workspace's network: a Compute whose things stand on each other, as the real one's do.
import { CallError } from '../../shared/call-error.ts'
import type { Call } from './explorer/process.ts'
import type { Reply } from './explorer/system.ts'

export interface WithNetwork {
  /** `collection/name` of what is there, as it was asked for. */
  readonly there: Readonly<Record<string, string>>
  /** A network was to go while something stood in it. */
  readonly pulled?: true
}

const DONE = { name: 'operation', status: 'DONE', operationType: '', targetLink: '' }

interface Resource {
  readonly name: string
}

/** Everything else stands in a network. */
const others = (there: WithNetwork['there']): string[] =>
  Object.keys(there).filter((key) => !key.startsWith('networks/'))

export function replyOfCompute<Outside extends WithNetwork>(
  { port, method, args }: Call,
  outside: Outside,
): Reply<Outside> {
  if (port !== 'network') return { value: undefined }
  const [collection, second] = args
  const resource: Resource = typeof second === 'string' ? { name: second } : (second as Resource)
  const key = `${String(collection)}/${resource?.name}`
  const { there } = outside
  switch (method) {
    case 'get':
      return { value: there[key] && { ...JSON.parse(there[key]), selfLink: key } }
    case 'insert': {
      if (there[key]) return { error: new CallError('exists', key) }
      const hasNetwork = Object.keys(there).some((other) => other.startsWith('networks/'))
      if (collection !== 'networks' && !hasNetwork) return { error: new CallError('busy', key) }
      return {
        value: DONE,
        outside: { ...outside, there: { ...there, [key]: JSON.stringify(resource) } },
      }
    }
    case 'delete': {
      if (!there[key]) return { error: new CallError('not-found', key) }
      if (collection === 'networks' && others(there).length > 0)
        return { error: new CallError('busy', key), outside: { ...outside, pulled: true } }
      const { [key]: _, ...rest } = there
      return { value: DONE, outside: { ...outside, there: rest } }
    }
    case 'list':
      return { value: [] }
    default:
      return { value: DONE }
  }
}
