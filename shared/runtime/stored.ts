// Documents as typed values: every read is checked against its schema, and keeps the version that a later write must state.
import type { z } from 'zod'
import type { Fields, Reader, StoredDocument, Write } from '../ports.ts'

export interface Stored<Value> {
  readonly document: StoredDocument
  readonly value: Value
}

/** A stored document that does not say what its schema demands: a fault of ours, shown and never guessed at. */
class MalformedDocument extends Error {
  override readonly name = 'MalformedDocument'
}

/** What contents were found to say, by schema: a store that hands out the same content again has it parsed once. */
const known = new WeakMap<z.ZodType, WeakMap<Fields, unknown>>()

function knownBy(schema: z.ZodType): WeakMap<Fields, unknown> {
  const contents = known.get(schema) ?? new WeakMap<Fields, unknown>()
  known.set(schema, contents)
  return contents
}

export function parseStored<Value>(
  schema: z.ZodType<Value>,
  document: StoredDocument,
): Stored<Value> {
  const contents = knownBy(schema)
  // Kept for this very schema, below.
  const before = contents.get(document.data) as Value | undefined
  if (before !== undefined) return { document, value: before }
  const parsed = schema.safeParse(document.data)
  if (parsed.success) {
    contents.set(document.data, parsed.data)
    return { document, value: parsed.data }
  }
  const [issue] = parsed.error.issues
  const where = issue ? `${issue.path.join('.')}: ${issue.message}` : 'unreadable'
  throw new MalformedDocument(`document "${document.path}": ${where}`, { cause: parsed.error })
}

export async function read<Value>(
  reader: Reader,
  path: string,
  schema: z.ZodType<Value>,
): Promise<Stored<Value> | undefined> {
  const document = await reader.get(path)
  return document && parseStored(schema, document)
}

export async function readAll<Value>(
  reader: Reader,
  collection: string,
  schema: z.ZodType<Value>,
): Promise<Stored<Value>[]> {
  const documents = await reader.list(collection)
  return documents.map((document) => parseStored(schema, document))
}

/** A value as a document's content. */
export function fields(value: object): Fields {
  return { ...value }
}

export function createOf(path: string, value: object): Write {
  return { op: 'create', path, data: fields(value) }
}

export function updateOf(stored: Stored<unknown>, value: object): Write {
  return { op: 'update', from: stored.document, data: fields(value) }
}
