// Documents as typed values: every read is checked against its schema, and keeps the version that a later write must state,
// and the fields that this code does not know.
import type { z } from 'zod'
import { parseDocument, MalformedDocument } from '../domain/document-fault.ts'
import { keepUnknown } from '../domain/unknown-fields.ts'
import type { Fields, Reader, StoredDocument, Write } from '../ports.ts'

export interface Stored<Value> {
  readonly document: StoredDocument
  readonly value: Value
}

/** What contents were found to say, by schema: a store that hands out the same content again has it parsed once. */
const known = new WeakMap<z.ZodType, WeakMap<Fields, unknown>>()

function knownBy(schema: z.ZodType): WeakMap<Fields, unknown> {
  const contents = known.get(schema)
  if (contents) return contents
  const none = new WeakMap<Fields, unknown>()
  known.set(schema, none)
  return none
}

/** Throws MalformedDocument: what cannot be read is shown and never guessed at. */
export function parseStored<Value>(
  schema: z.ZodType<Value>,
  document: StoredDocument,
): Stored<Value> {
  const contents = knownBy(schema)
  // Kept for this very schema, below.
  const before = contents.get(document.data) as Value | undefined
  if (before !== undefined) return { document, value: before }
  const value = parseDocument(schema, document)
  contents.set(document.data, value)
  return { document, value }
}

/** Throws MalformedDocument. */
export async function read<Value>(
  reader: Reader,
  path: string,
  schema: z.ZodType<Value>,
): Promise<Stored<Value> | undefined> {
  const document = await reader.get(path)
  return document && parseStored(schema, document)
}

/** Throws MalformedDocument when any of them cannot be read: for decisions that rest on all. */
export async function readAll<Value>(
  reader: Reader,
  collection: string,
  schema: z.ZodType<Value>,
): Promise<Stored<Value>[]> {
  const documents = await reader.list(collection)
  return documents.map((document) => parseStored(schema, document))
}

export interface Readable<Value> {
  readonly readable: readonly Stored<Value>[]
  /** Those that cannot be read. */
  readonly malformed: readonly MalformedDocument[]
}

/** The documents of others, one of which must not stand in the way of everybody. */
export async function readReadable<Value>(
  reader: Reader,
  collection: string,
  schema: z.ZodType<Value>,
): Promise<Readable<Value>> {
  const readable: Stored<Value>[] = []
  const malformed: MalformedDocument[] = []
  for (const document of await reader.list(collection)) {
    try {
      readable.push(parseStored(schema, document))
    } catch (error) {
      if (!(error instanceof MalformedDocument)) throw error
      malformed.push(error)
    }
  }
  return { readable, malformed }
}

/** A value as a document's content. */
export function fields(value: object): Fields {
  return { ...value }
}

export function createOf(path: string, value: object): Write {
  return { op: 'create', path, data: fields(value) }
}

/** Replaces what this code knows of the document. */
export function updateOf(stored: Stored<unknown>, value: object): Write {
  const { document } = stored
  // A record in, a record out.
  const kept = keepUnknown(document.data, stored.value, value) as object
  return { op: 'update', from: document, data: fields(kept) }
}
