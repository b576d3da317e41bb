// What every Store must do, whoever implements it: the same tests run on the in-process engine, on the emulator through the
// production client, and on the real thing. They poll and never assume a clock, and each works below an account of its own.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import type { Fields, Store, StoredDocument } from '../../shared/ports.ts'
import { contentionTests } from './store-contract-contention.ts'
import { documentTests } from './store-contract-documents.ts'
import { fenceTests } from './store-contract-fences.ts'
import { queryTests } from './store-contract-queries.ts'
import { refusalTests } from './store-contract-refusals.ts'

export interface StoreHarness {
  readonly store: Store
  /** How many commits the reads of one snapshot may lie apart while it begins; absent = none. An exception with a reason. */
  readonly tornBy?: number
  close(): Promise<void>
}

/** What the tests work with: the store, and a subtree that no other test knows. */
export interface StoreSubject {
  readonly store: Store
  readonly tornBy: number
  /** A new workspace's path. */
  root(): string
  /** Creates a document and reads it. */
  put(path: string, data: Fields): Promise<StoredDocument>
  /** Reads a document that must be there. */
  must(path: string): Promise<StoredDocument>
}

export function storeContract(name: string, open: () => Promise<StoreHarness>): void {
  describe(`store contract: ${name}`, () => {
    let harness: StoreHarness | undefined
    beforeAll(async () => {
      harness = await open()
    }, 60_000)
    afterAll(async () => await harness?.close())

    const subject: StoreSubject = {
      get store() {
        if (!harness) throw new Error('the store is not open')
        return harness.store
      },
      get tornBy() {
        return harness?.tornBy ?? 0
      },
      root: () => `accounts/a-${randomUUID().slice(0, 13)}/workspaces/w-1`,
      async must(path) {
        const found = await this.store.get(path)
        if (!found) throw new Error(`${path} is not there`)
        return found
      },
      async put(path, data) {
        expect(await this.store.commit([{ op: 'create', path, data }])).toBe(true)
        return await this.must(path)
      },
    }
    documentTests(subject)
    refusalTests(subject)
    fenceTests(subject)
    contentionTests(subject)
    queryTests(subject)
  })
}
