// The store of a model: a value, so that every state has its own. Conditions, transactions and queries are those of the
// Store port; documents are kept once, however many states have them.
import { compareIds, comparePaths } from '../../../infra/local/store/document-name.ts'
import { runQuery } from '../../../infra/local/store/queries.ts'
import type { Fields, Query, StoredDocument, Write } from '../../../shared/ports.ts'

interface Kept {
  /** One for each path, content and version. */
  readonly id: number
  readonly document: StoredDocument | undefined
  readonly writes: number
}

export interface Documents {
  /** Also what was deleted: its next version is a new one. */
  readonly all: ReadonlyMap<string, Kept>
  readonly key: string
}

const kept = new Map<string, Kept>()

function keep(path: string, data: Fields | undefined, writes: number): Kept {
  const text = `${path} ${writes} ${data ? JSON.stringify(data) : ''}`
  const known = kept.get(text)
  if (known) return known
  const copy = data && (JSON.parse(JSON.stringify(data)) as Fields)
  const document = copy && freeze({ path, data: copy, version: `v${writes}` })
  const made = { id: kept.size, document, writes }
  kept.set(text, made)
  return made
}

/** Shared by all states, so that nobody may change it. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}

function withKey(all: ReadonlyMap<string, Kept>): Documents {
  const ids = Array.from(all.values(), ({ id }) => id)
  return { all, key: ids.toSorted((a, b) => a - b).join(',') }
}

export function documentsOf(content: Readonly<Record<string, object>>): Documents {
  const entries = Object.entries(content)
  return withKey(new Map(entries.map(([path, data]) => [path, keep(path, { ...data }, 1)])))
}

export const documentAt = ({ all }: Documents, path: string): StoredDocument | undefined =>
  all.get(path)?.document

export const dataAt = (documents: Documents, path: string): Fields | undefined =>
  documentAt(documents, path)?.data

export function documentsIn({ all }: Documents, collection: string, limit?: number) {
  const found: StoredDocument[] = []
  for (const [path, { document }] of all) {
    const isIn = path.lastIndexOf('/') === collection.length && path.startsWith(collection)
    if (isIn && document) found.push(document)
  }
  return found.sort((a, b) => compareIds(idOf(a.path), idOf(b.path))).slice(0, limit)
}

const idOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export function find({ all }: Documents, query: Query): StoredDocument[] {
  const group = (name: string) =>
    [...all.values()].flatMap(({ document }) =>
      document?.path.split('/').at(-2) === name ? [document] : [],
    )
  return runQuery({ group }, query).toSorted((a, b) =>
    query.find === 'runs-due' ? 0 : comparePaths(a.path, b.path),
  )
}

/** The documents after these writes, or undefined where a condition refuses one of them. */
export function written(documents: Documents, writes: readonly Write[]): Documents | undefined {
  const all = new Map(documents.all)
  for (const write of writes) {
    const path = write.op === 'create' ? write.path : write.from.path
    const before = all.get(path)
    const expected = write.op === 'create' ? undefined : write.from.version
    if (before?.document?.version !== expected) return undefined
    const data = write.op === 'delete' ? undefined : write.data
    const isSame =
      data && before?.document && JSON.stringify(before.document.data) === JSON.stringify(data)
    if (!isSame) all.set(path, keep(path, data, (before?.writes ?? 0) + 1))
  }
  return withKey(all)
}
