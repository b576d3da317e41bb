// What may be written down nowhere.
import { holdsSecret } from '../secrets.ts'
import { documentTexts, objectTexts } from '../texts.ts'
import type { Invariant } from './invariant.ts'

const isMeant = (): boolean => true

export const noSecrets: Invariant = {
  id: 'I10',
  name: 'no secret stands in logs, events or documents',
  matters: 'What is logged is read by many, and kept; so is what is stored, and what events tell.',
  during({ onLog, onWrite, report }) {
    onLog((line) => {
      if (holdsSecret(line)) report('log', `holds a secret: ${line.slice(0, 200)}`)
    })
    // What went wrong is gone from the ledger at rest.
    onWrite(({ path, after }) => {
      const failure = after?.['failure']
      if (failure && holdsSecret(JSON.stringify(failure)))
        report(path, 'has a secret in its failure')
    })
  },
  // Events are published from documents that are kept, and are those of facts.
  atRest: (rest) =>
    [...documentTexts(rest, isMeant), ...objectTexts(rest, isMeant)].flatMap(({ about, text }) =>
      holdsSecret(text) ? [{ about, says: 'holds a secret' }] : [],
    ),
}
