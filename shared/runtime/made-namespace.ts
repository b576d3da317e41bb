// Where a cluster's pods are, as its ledger has it.
import type { LedgerEntry } from '../domain/ledger.ts'
import { NamespaceOutput } from '../steps/namespace.ts'

/** What the namespace step made, if it is recorded as present. */
export function namespaceOf(ledger: readonly LedgerEntry[]): NamespaceOutput | undefined {
  const entry = ledger.find(({ item }) => item.step === 'namespace')
  return entry?.thing.have === 'present' ? NamespaceOutput.parse(entry.thing.output) : undefined
}
