// `npm run simulate -- --invariants`: what is checked, why it matters, and what cannot be checked yet.
import { invariants } from './invariants/invariants.ts'
import type { Output } from './output.ts'

/** Answers the exit code. */
export async function listInvariants(output: Output): Promise<number> {
  for (const { id, name, matters, notYet, during, atRest } of invariants) {
    const when = [during ? ['always'] : [], atRest ? ['at rest'] : []].flat()
    const words = [`${id.padEnd(3)} ${name}`, `    ${matters}`]
    if (when.length > 0) words.push(`    looked at: ${when.join(', ')}`)
    if (notYet !== undefined) words.push(`    not yet: ${notYet}`)
    output.say(
      { kind: 'invariant', id, name, matters, when, notYet: notYet ?? null },
      words.join('\n'),
    )
  }
  return 0
}
