// The Store on Firestore. A document's version is its update time; every write states what it expects and replaces the
// whole content. Built by functions/*/index.ts and infra only.
import type { Store } from '../ports.ts'
import { commitWrites } from './firestore-commit.ts'
import { structuredQuery } from './firestore-queries.ts'
import {
  type Access,
  momentReader,
  plainReader,
  repeatRead,
  toDocument,
} from './firestore-reader.ts'
import { firestoreRpc } from './firestore-rpc.ts'
import { runTransaction } from './firestore-transaction.ts'
import { checkTogether, encodeWrite } from './firestore-writes.ts'
import { CALL_TIMEOUT_MS, type ProjectClientOptions } from './grpc-call.ts'

export interface FirestoreStore extends Store {
  close(): Promise<void>
}

export function firestoreStore(options: ProjectClientOptions): FirestoreStore {
  const { clock, callTimeoutMs = CALL_TIMEOUT_MS } = options
  const rpc = firestoreRpc(options)
  const access: Access = { rpc, clock, callTimeoutMs }
  const plain = plainReader(access)
  const newest = {}

  return {
    async get(path) {
      const [raw] = (await plain.get(path, newest)).documents
      return raw && toDocument(rpc.root, raw)
    },
    async list(collection, { limit } = {}) {
      const { documents } = await plain.list(collection, limit, newest)
      return documents.map((raw) => toDocument(rpc.root, raw))
    },
    async find(query) {
      const { documents } = await repeatRead(
        access,
        `find ${query.find}`,
        async (timeoutMs) => await rpc.query(rpc.root, structuredQuery(query), newest, timeoutMs),
      )
      return documents.map((raw) => toDocument(rpc.root, raw))
    },
    snapshot: async (read) =>
      await read(momentReader(access, { newTransaction: { readOnly: {} } })),
    async commit(writes) {
      const raw = writes.map((write) => encodeWrite(rpc.root, write))
      checkTogether(raw)
      return raw.length === 0 || (await commitWrites(access, raw))
    },
    transaction: async (body) => await runTransaction(access, body),
    close: async () => await rpc.close(),
  }
}
