// The table of states against the states that documents may have.
import { describe, expect, test } from 'vitest'
import { ClusterEntity, PoolEntity, WorkspaceEntity } from './entity.ts'
import { mayFollow, transitions } from './states.ts'

const documents = {
  workspace: WorkspaceEntity.options.map(({ shape }) => shape.state.value),
  cluster: ClusterEntity.options.map(({ shape }) => shape.state.value),
  pool: PoolEntity.options.map(({ shape }) => shape.state.value),
}

const named = (state: string): boolean => state !== 'start' && state !== 'end'

describe.each(['workspace', 'cluster', 'pool'] as const)('%s', (kind) => {
  const edges = transitions[kind]

  test('has a place for every state of its documents, and no others', () => {
    const drawn = new Set(edges.flatMap(({ from, to }) => [from, to]).filter(named))
    expect([...drawn].toSorted()).toEqual([...documents[kind]].map(String).toSorted())
  })

  test('reaches every state from its start, and leaves each', () => {
    const reached = new Set(['start'])
    for (const _ of edges) for (const { from, to } of edges) if (reached.has(from)) reached.add(to)
    expect(documents[kind].filter((state) => !reached.has(state))).toEqual([])
    expect(documents[kind].filter((state) => !edges.some(({ from }) => from === state))).toEqual([])
  })

  test('draws nothing twice', () => {
    const names = edges.map(({ from, to }) => `${from} ${to}`)
    expect(new Set(names).size).toBe(names.length)
  })
})

test('a state may stay, and nothing follows that is not drawn', () => {
  expect(mayFollow('cluster', 'RUNNING', 'RUNNING')).toBe(true)
  expect(mayFollow('cluster', 'RUNNING', 'RESIZING')).toBe(true)
  expect(mayFollow('cluster', 'RUNNING', 'PENDING')).toBe(false)
  expect(mayFollow('workspace', 'RUNNING', 'FAILED')).toBe(false)
})
