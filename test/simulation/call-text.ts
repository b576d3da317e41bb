// A call of a port in few words, for traces: what is done to what.
import type { Call } from '../../shared/around.ts'

/** Such as `gke.deleteNodePool kdl-w0 n2-standard-8-x1`. */
export function whatOf({ port, method, args }: Call): string {
  const names = args.map(nameOf).filter((name) => name !== '')
  return [`${port}.${method}`, ...names].join(' ')
}

function nameOf(argument: unknown): string {
  if (typeof argument === 'string') return argument.slice(0, 120)
  if (Array.isArray(argument)) return argument.map(nameOf).join(' ')
  if (typeof argument !== 'object' || argument === null) return ''
  // A write of the store, an object of Kubernetes, a reference, or a resource.
  const { op, path, from, metadata, kind, namespace, name } = argument as Record<string, unknown>
  if (typeof op === 'string') return `${op} ${nameOf({ path: path ?? pathIn(from) })}`
  if (typeof path === 'string') return path
  if (typeof kind === 'string') {
    const of = (metadata ?? argument) as Record<string, unknown>
    return [kind, of['namespace'] ?? namespace, of['name'] ?? name]
      .filter((part) => typeof part === 'string')
      .join(' ')
  }
  return typeof name === 'string' ? name : ''
}

function pathIn(from: unknown): unknown {
  return typeof from === 'object' && from !== null && 'path' in from ? from.path : ''
}
