// The calls of Firestore's API that the store needs, each with a deadline and none repeated behind our back: the SDK's own
// layer above them repeats a commit whose answer was lost, and then takes its own write for another's. The only file that
// imports the SDK, with the first call.
import {
  callOptions,
  DeadlineError,
  emulatorSettings,
  type ProjectClientOptions,
  withDeadline,
} from './grpc-call.ts'
import type { Timestamp, Value } from './firestore-values.ts'

export interface RawDocument {
  /** `projects/P/databases/D/documents/...` */
  readonly name: string
  readonly fields?: Record<string, Value> | null
  readonly updateTime: Timestamp
}

/** A transaction's id, as the server gave it. */
export type TransactionId = Uint8Array

export type Consistency =
  | { readonly transaction: TransactionId }
  | {
      readonly newTransaction:
        | { readonly readOnly: Record<string, never> }
        | { readonly readWrite: { readonly retryTransaction?: TransactionId } }
    }
  /** The newest. */
  | Record<string, never>

export interface ReadAnswer {
  readonly documents: readonly RawDocument[]
  readonly readTime: Timestamp
  /** Of the transaction that this read has begun. */
  readonly transaction: TransactionId | undefined
}

export interface RawWrite {
  readonly update?: { readonly name: string; readonly fields: Record<string, Value> }
  readonly delete?: string
  readonly currentDocument: { readonly exists: boolean } | { readonly updateTime: Timestamp }
}

export interface FirestoreRpc {
  /** `projects/P/databases/D/documents`: what names of documents begin with. */
  readonly root: string
  get(name: string, consistency: Consistency, timeoutMs: number): Promise<ReadAnswer>
  query(
    parent: string,
    structuredQuery: object,
    consistency: Consistency,
    timeoutMs: number,
  ): Promise<ReadAnswer>
  commit(
    writes: readonly RawWrite[],
    transaction: TransactionId | undefined,
    timeoutMs: number,
  ): Promise<void>
  rollback(transaction: TransactionId, timeoutMs: number): Promise<void>
  close(): Promise<void>
}

/** What streams of both kinds of read carry. */
interface ReadResponse {
  readonly transaction?: Uint8Array | null
  readonly readTime?: Timestamp | null
  readonly found?: RawDocument | null
  readonly document?: RawDocument | null
}

async function collect(stream: AsyncIterable<ReadResponse>): Promise<ReadAnswer> {
  const documents: RawDocument[] = []
  let transaction: TransactionId | undefined
  let readTime: Timestamp | undefined
  for await (const answer of stream) {
    const document = answer.found ?? answer.document
    if (document) documents.push(document)
    if (answer.transaction?.length) transaction = answer.transaction
    readTime = answer.readTime ?? readTime
  }
  if (!readTime) throw new DeadlineError('the answer ended without a read time')
  return { documents, readTime, transaction }
}

export function firestoreRpc(options: ProjectClientOptions): FirestoreRpc {
  const { projectId, clock } = options
  const emulator = options.emulatorHost
  const database = `projects/${projectId}/databases/(default)`
  let opened: ReturnType<typeof openClient> | undefined
  const client = (): ReturnType<typeof openClient> => (opened ??= openClient(projectId, emulator))

  const settings = (timeoutMs: number) => ({
    ...callOptions(timeoutMs),
    ...(emulator && { otherArgs: { headers: { authorization: 'Bearer owner' } } }),
  })

  return {
    root: `${database}/documents`,
    async get(name, consistency, timeoutMs) {
      const request = { database, documents: [name], ...consistency }
      const stream = (await client()).batchGetDocuments(request, settings(timeoutMs))
      return await withDeadline(clock, timeoutMs, collect(stream))
    },
    async query(parent, structuredQuery, consistency, timeoutMs) {
      const request = { parent, structuredQuery, ...consistency }
      const stream = (await client()).runQuery(request, settings(timeoutMs))
      return await withDeadline(clock, timeoutMs, collect(stream))
    },
    async commit(writes, transaction, timeoutMs) {
      const request = { database, writes: [...writes], ...(transaction && { transaction }) }
      await withDeadline(clock, timeoutMs, (await client()).commit(request, settings(timeoutMs)))
    },
    async rollback(transaction, timeoutMs) {
      const request = { database, transaction }
      await withDeadline(clock, timeoutMs, (await client()).rollback(request, settings(timeoutMs)))
    },
    async close() {
      if (opened) await (await opened).close()
    },
  }
}

async function openClient(projectId: string, emulator: string | undefined) {
  const { default: firestore } = await import('@google-cloud/firestore')
  if (!emulator) return new firestore.v1.FirestoreClient({ projectId })
  return new firestore.v1.FirestoreClient({ projectId, ...(await emulatorSettings(emulator)) })
}
