// An operation of the cloud has ended, says the audit log: a hint to look at the thing that it made or removed.
import { z } from 'zod'
import { parentOf } from '../domain/paths.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import type { World } from '../ports.ts'
import { advance } from './advance.ts'
import { orPark } from './park.ts'
import { parseStored } from './stored.ts'

/** Longer than operations are named; the store cannot be asked for values of any length (Firestore: 1,500 bytes). */
const OPERATION_MAX = 300

/** The part of a Cloud Logging entry that is read; everything else is Google's to change. */
const LogEntry = z.object({
  operation: z.object({ id: z.string().max(OPERATION_MAX), last: z.literal(true) }),
})

/** Entries that do not end an operation mean nothing here, nor do operations of others. */
export async function operationEnded(world: World, text: string): Promise<void> {
  const entry = LogEntry.safeParse(parseOrNothing(text))
  if (!entry.success) return
  const operation = entry.data.operation.id
  for (const document of await world.store.find({ find: 'operation', operation })) {
    await orPark(world, async () => {
      const { value } = parseStored(LedgerEntry, document)
      await advance(world, parentOf(document.path), { keys: [value.item.key] })
    })
  }
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
