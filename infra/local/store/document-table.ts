// The documents themselves: what is stored now, and what a reader of an earlier moment still sees.
import type { Fields } from '../../../shared/ports.ts'
import { compareIds, documentName } from './document-name.ts'

export interface Entry {
  readonly path: string
  readonly data: Fields
  readonly version: string
}

interface Collection {
  readonly entries: Map<string, Entry>
  /** Ids in order; absent after an id came or went. */
  order?: readonly string[]
}

/** One moment of the table, which later writes do not change. Must be released. */
export interface View {
  get(path: string): Entry | undefined
  list(collection: string): Entry[]
  release(): void
}

export interface DocumentTable {
  get(path: string): Entry | undefined
  /** `undefined` removes the document and leaves the collections below it. */
  set(path: string, entry: Entry | undefined): void
  /** The documents of every collection of this name, in no order. */
  group(name: string): Iterable<Entry>
  /** The whole table as it is now. */
  view(): View
  /** Everything, in the order of creation. */
  all(): Iterable<Entry>
}

export function documentTable(): DocumentTable {
  const documents = new Map<string, Entry>()
  const collections = new Map<string, Collection>()
  const groups = new Map<string, Set<Collection>>()
  /** What each open view must still see of documents written since it was opened. */
  const before = new Set<Map<string, Entry | undefined>>()

  function collectionOf(path: string): Collection {
    const name = documentName(path)
    const known = collections.get(name.collection)
    if (known) return known
    const made: Collection = { entries: new Map() }
    collections.set(name.collection, made)
    const group = groups.get(name.group) ?? new Set()
    groups.set(name.group, group.add(made))
    return made
  }

  function set(path: string, entry: Entry | undefined): void {
    for (const seen of before) if (!seen.has(path)) seen.set(path, documents.get(path))
    const collection = collectionOf(path)
    if (!entry || !documents.has(path)) delete collection.order
    if (entry) {
      documents.set(path, entry)
      collection.entries.set(path, entry)
    } else {
      documents.delete(path)
      collection.entries.delete(path)
    }
  }

  function listNow(path: string): Entry[] {
    const collection = collections.get(path)
    if (!collection) return []
    collection.order ??= [...collection.entries.keys()].sort(compareIds)
    return collection.order.flatMap((id) => collection.entries.get(id) ?? [])
  }

  function view(): View {
    const seen = new Map<string, Entry | undefined>()
    before.add(seen)
    return {
      get: (path) => (seen.has(path) ? seen.get(path) : documents.get(path)),
      list(collection) {
        const old = [...seen].filter(([path]) => documentName(path).collection === collection)
        if (old.length === 0) return listNow(collection)
        const now = listNow(collection).filter((entry) => !seen.has(entry.path))
        const entries = [...now, ...old.flatMap(([, entry]) => entry ?? [])]
        return entries.sort((left, right) => compareIds(left.path, right.path))
      },
      release: () => void before.delete(seen),
    }
  }

  return {
    get: (path) => documents.get(path),
    set,
    *group(name) {
      for (const collection of groups.get(name) ?? []) yield* collection.entries.values()
    },
    view,
    all: () => documents.values(),
  }
}
