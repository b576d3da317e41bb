// What the store answers to a handler, and what it holds afterwards.
import type { Query, Write } from '../../../shared/ports.ts'
import { documentAt, type Documents, documentsIn, find, written } from './documents.ts'
import type { Answer, Call } from './process.ts'
import type { State, System } from './system.ts'
import type { Commit } from './world-of-calls.ts'

export interface Answered<Outside> {
  readonly answer: Answer
  readonly documents?: Documents
  readonly outside?: Outside
}

export function answerOfStore<Outside>(
  system: System<Outside>,
  state: State<Outside>,
  { method, args }: Call,
): Answered<Outside> {
  const { documents, now } = state
  // Arguments are those of the Store port, as `storeOfCalls` hands them on.
  switch (method) {
    case 'get': {
      const document = documentAt(documents, args[0] as string)
      return { answer: { value: document, key: document?.version ? keyOf([document]) : '-' } }
    }
    case 'list': {
      const { limit } = args[1] as { limit?: number }
      const found = documentsIn(documents, args[0] as string, limit)
      return { answer: { value: found, key: keyOf(found) } }
    }
    case 'find': {
      const found = find(documents, args[0] as Query)
      return { answer: { value: found, key: keyOf(found) } }
    }
    case 'snapshot':
    case 'transaction':
      return { answer: { value: now, key: '' } }
    case 'commit':
      return answerToCommit(system, state, args[0] as readonly Write[])
    case 'end': {
      const { writes, read } = args[0] as Commit
      const isAsRead = read.every(
        ([path, version]) => documentAt(documents, path)?.version === version,
      )
      if (!isAsRead) return { answer: { value: 'again', key: 'again' } }
      const { answer, ...changed } = answerToCommit(system, state, writes)
      if ('value' in answer && answer.value === true)
        return { answer: { value: 'stored', key: 'stored' }, ...changed }
      const isTaken = writes.some(
        (write) => write.op === 'create' && documentAt(documents, write.path),
      )
      const value = isTaken ? 'exists' : 'conflict'
      return { answer: { value, key: value } }
    }
    default:
      throw new Error(`the store has no "${method}"`)
  }
}

const ids = new WeakMap<object, number>()
let newest = 0

/** Documents are kept once, so that a number stands for each. */
function keyOf(found: readonly object[]): string {
  return found
    .map((document) => {
      const id = ids.get(document) ?? ++newest
      ids.set(document, id)
      return id
    })
    .join(',')
}

function answerToCommit<Outside>(
  system: System<Outside>,
  state: State<Outside>,
  writes: readonly Write[],
): Answered<Outside> {
  const kept = writes.filter(
    (write) => !system.forgets?.(write.op === 'create' ? write.path : write.from.path),
  )
  const after = written(state.documents, kept)
  if (!after) return { answer: { value: false, key: 'refused' } }
  const created = kept.flatMap((write) => (write.op === 'create' ? [write.path] : []))
  const outside = system.created?.(created, state.outside) ?? state.outside
  return { answer: { value: true, key: 'stored' }, documents: after, outside }
}
