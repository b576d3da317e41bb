// What a call is about, in a few words: the document, the resource, the object.
import type { Call } from '../../shared/around.ts'

export function targetOf({ port, args }: Call): string {
  if (port === 'store') return args.map(storeTarget).filter(Boolean).join(' ')
  return args.map(nameOf).filter(Boolean).slice(0, 2).join(' ')
}

function storeTarget(arg: unknown): string {
  if (typeof arg === 'string') return arg
  if (Array.isArray(arg)) return arg.map(writeOf).join(', ')
  if (isFields(arg) && typeof arg['find'] === 'string') return arg['find']
  return ''
}

function writeOf(write: unknown): string {
  if (!isFields(write)) return ''
  const from = isFields(write['from']) ? write['from'] : {}
  return `${String(write['op'])} ${String(write['path'] ?? from['path'])}`
}

function nameOf(arg: unknown): string {
  if (typeof arg === 'string') return arg.length > 80 ? '' : arg
  if (!isFields(arg)) return ''
  const { kind, name, metadata } = arg
  const named = name ?? (isFields(metadata) ? metadata['name'] : undefined)
  return [kind, named].filter((word) => typeof word === 'string').join(' ')
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
