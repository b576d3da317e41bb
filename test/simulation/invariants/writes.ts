// What may be written over what.
import { isDeepStrictEqual } from 'node:util'
import { entityRef } from '../../../shared/domain/paths.ts'
import { mayFollow } from '../../../shared/domain/states.ts'
import type { Fields } from '../../../shared/ports.ts'
import { ownerOf } from '../rest.ts'
import { idOfFact, idTold } from '../told.ts'
import type { Invariant } from './invariant.ts'

const number = (data: Fields | undefined, field: string): number =>
  typeof data?.[field] === 'number' ? data[field] : 0

function stateOf(data: Fields | undefined): string | undefined {
  return typeof data?.['state'] === 'string' ? data['state'] : undefined
}

/** A claim that nobody closed is another attempt's now, of the same generation: a newer one waits for nobody. */
function isTakenOver(before: Fields, after: Fields): boolean {
  return before['g'] === after['g'] && before['n'] !== after['n'] && isOpen(before)
}

function isOpen({ claim }: Fields): boolean {
  return typeof claim === 'object' && claim !== null && Reflect.get(claim, 'open') === true
}

export const noOldGenerationWrites: Invariant = {
  id: 'I3',
  name: 'no write is accepted with a generation lower than the stored one, and no claim is taken over before it runs out',
  matters: 'A late hand that writes over a newer wish undoes what its user was told is done.',
  during({ onWrite, report, now }) {
    /** Generations survive the documents that had them. */
    const newest = new Map<string, number>()
    const queued = new Set<string>()
    onWrite(({ path, before, after }) => {
      if (path.includes('/queue/')) queued.add(path.split('/').at(-1) ?? '')
      if (!after) return
      const about = ownerOf(path)
      const says = (what: string, from: unknown, to: unknown): void =>
        report(about, `${what} of ${path} went from ${String(from)} to ${String(to)}`)
      if (entityRef(path)) {
        const last = newest.get(path) ?? 0
        const generation = number(after, 'generation')
        if (generation < last || (!before && generation <= last))
          says('generation', last, generation)
        newest.set(path, Math.max(last, generation))
        return
      }
      if (path.includes('/ledger/') && before) {
        if (number(after, 'n') < number(before, 'n')) says('n', before['n'], after['n'])
        if (number(after, 'g') < number(before, 'g')) says('g', before['g'], after['g'])
        // Who waits in the queue may be called before its claim is closed.
        const ticket = `${about.split('/').at(-1)}-${path.split('/').at(-1)}`
        const isCalled = queued.delete(ticket)
        const left = number(before, 'lookAt') - now()
        if (left > 0 && !isCalled && isTakenOver(before, after))
          report(about, `the claim of ${path} was taken over ${left} ms before it ran out`)
      }
      if (
        path.includes('/runs/') &&
        before?.['is'] === 'superseded' &&
        after['is'] !== 'superseded'
      )
        says('the run', before['is'], after['is'])
      if (path.endsWith('/observations/pods') && before?.['uid'] === after['uid'] && before) {
        const [was, is] = [before, after].map((data) => [
          number(data, 'term'),
          number(data, 'sequence'),
        ])
        const isOlder =
          is &&
          was &&
          ((is[0] ?? 0) < (was[0] ?? 0) || (is[0] === was[0] && (is[1] ?? 0) < (was[1] ?? 0)))
        if (isOlder) says('the report', was.join('.'), is.join('.'))
      }
    })
  },
}

export const statesFollowTheDiagram: Invariant = {
  id: 'I9',
  name: 'every change of state is one of the diagram, and has its fact in the same commit, in order; what is told is stored',
  matters:
    'Users hang their own work on states and facts: one that is missing, or cannot be, breaks what they built.',
  notYet:
    'Kindling keeps no audit trail of its own calls; what is checked is states, facts and outcomes of requests.',
  during({ onWrite, onCall, report }) {
    const facts = new Set<string>()
    onWrite(({ path }) => {
      if (path.includes('/facts/')) facts.add(idOfFact(path))
    })
    onCall((call, invocation) => {
      const id = idTold(call)
      if (id !== undefined && !facts.has(id))
        report('lifecycle', `${invocation} tells of what no fact says: ${id}`)
    })
    onWrite(({ path, before, after }) => {
      const ref = entityRef(path)
      if (!ref) return
      const from = stateOf(before) ?? 'start'
      const to = stateOf(after) ?? 'end'
      if (from === to) return
      if (!mayFollow(ref.kind, from, to)) report(path, `went from ${from} to ${to}`)
    })
    onWrite(({ path, before, after }) => {
      if (!path.includes('/facts/') || !before || !after) return
      if (!isDeepStrictEqual(before['lifecycle'], after['lifecycle']))
        report(ownerOf(path), `the fact ${path} was changed after it was made`)
    })
  },
  atRest: ({ entities, facts }) =>
    [...entities].flatMap(([path, entity]) => {
      if (entity.kind === 'pool') return []
      const { state, changedAt } = entity
      const told = [...facts].flatMap(([fact, { lifecycle }]) =>
        fact.startsWith(`${path}/facts/`) ? [lifecycle] : [],
      )
      // A new generation that leaves the state as it is has nothing to tell.
      const newest = Math.max(...told.map(({ at }) => at))
      const isTold = told.some((each) => each.at === newest && each.state === state)
      return isTold ? [] : [{ about: path, says: `is ${state} since ${changedAt}, without a fact` }]
    }),
}
