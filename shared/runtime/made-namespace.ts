// Where a cluster's pods are, as its ledger has it.
import { currentEntry, type Situation } from '../domain/situation.ts'
import { NamespaceOutput } from '../steps/namespace.ts'

/** What the namespace step made, if it is recorded as present. */
export function namespaceOf(situation: Situation): NamespaceOutput | undefined {
  const entry = currentEntry(situation, 'namespace')
  return entry?.thing.have === 'present' ? NamespaceOutput.parse(entry.thing.output) : undefined
}
