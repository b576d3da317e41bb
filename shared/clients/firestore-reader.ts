// Reads of Firestore: of the newest, or of one moment within a transaction, which the first read begins.
import type { Instant } from '../domain/time.ts'
import { CallError } from '../call-error.ts'
import type { Clock, SnapshotReader, StoredDocument } from '../ports.ts'
import type {
  Consistency,
  FirestoreRpc,
  RawDocument,
  ReadAnswer,
  TransactionId,
} from './firestore-rpc.ts'
import { repeatCall } from './grpc-call.ts'
import { decodeFields, fromTimestamp, type Timestamp } from './firestore-values.ts'

export interface Access {
  readonly rpc: FirestoreRpc
  readonly clock: Clock
  /** For one call with its repetitions. */
  readonly callTimeoutMs: number
}

/** `seconds.nanoseconds`: finer than any number here can hold. */
function toVersion({ seconds, nanos }: Timestamp): string {
  return `${seconds}.${String(nanos).padStart(9, '0')}`
}

export function fromVersion(version: string): Timestamp {
  const [seconds, nanos] = version.split('.')
  if (!seconds || !nanos) throw new CallError('invalid', `store: "${version}" is no version`)
  return { seconds, nanos: Number(nanos) }
}

export function toDocument(root: string, raw: RawDocument): StoredDocument {
  return {
    path: raw.name.slice(root.length + 1),
    data: decodeFields(raw.fields),
    version: toVersion(raw.updateTime),
  }
}

function segmentsOf(path: string, isDocument: boolean): string[] {
  const segments = path.split('/')
  const what = isDocument ? 'document' : 'collection'
  if (segments.includes('') || (segments.length % 2 === 0) !== isDocument)
    throw new CallError('invalid', `store: "${path}" is not the path of a ${what}`)
  return segments
}

/** The full name of a document. Throws `invalid`. */
export function documentName(root: string, path: string): string {
  segmentsOf(path, true)
  return `${root}/${path}`
}

/** A read, made again when it was cut off. */
export async function repeatRead(
  { clock, callTimeoutMs }: Access,
  action: string,
  read: (timeoutMs: number) => Promise<ReadAnswer>,
): Promise<ReadAnswer> {
  return await repeatCall(clock, callTimeoutMs, { name: `store: ${action}`, writes: false }, read)
}

interface PlainReader {
  get(path: string, consistency: Consistency): Promise<ReadAnswer>
  list(collection: string, limit: number | undefined, consistency: Consistency): Promise<ReadAnswer>
}

export function plainReader(access: Access): PlainReader {
  const { rpc } = access
  return {
    async get(path, consistency) {
      const name = documentName(rpc.root, path)
      return await repeatRead(
        access,
        `get ${path}`,
        async (timeoutMs) => await rpc.get(name, consistency, timeoutMs),
      )
    },
    async list(collection, limit, consistency) {
      const segments = segmentsOf(collection, false)
      const parent = [rpc.root, ...segments.slice(0, -1)].join('/')
      const query = {
        from: [{ collectionId: segments.at(-1) }],
        ...(limit !== undefined && { limit: { value: limit } }),
      }
      return await repeatRead(
        access,
        `list ${collection}`,
        async (timeoutMs) => await rpc.query(parent, query, consistency, timeoutMs),
      )
    },
  }
}

export interface MomentReader extends SnapshotReader {
  /** The transaction that the first read has begun; undefined when there was none. */
  transaction(): Promise<TransactionId | undefined>
}

/** Reads that the first one gives a transaction. `begin` says of which kind. */
export function momentReader(access: Access, begin: Consistency): MomentReader {
  const plain = plainReader(access)
  let first: Promise<ReadAnswer> | undefined
  let at: Instant | undefined

  async function read(
    look: (consistency: Consistency) => Promise<ReadAnswer>,
  ): Promise<StoredDocument[]> {
    let answer: ReadAnswer
    if (first) {
      const { transaction } = await first
      answer = await look(transaction ? { transaction } : {})
    } else {
      first = look(begin)
      answer = await first
      at = fromTimestamp(answer.readTime)
    }
    return answer.documents.map((raw) => toDocument(access.rpc.root, raw))
  }

  return {
    get: async (path) => (await read(async (moment) => await plain.get(path, moment)))[0],
    list: async (collection, { limit } = {}) =>
      await read(async (moment) => await plain.list(collection, limit, moment)),
    readTime() {
      if (at === undefined) throw new CallError('invalid', 'store: readTime before the first read')
      return at
    },
    transaction: async () =>
      await first?.then(
        ({ transaction }) => transaction,
        () => undefined,
      ),
  }
}
