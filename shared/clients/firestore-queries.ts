// The queries that cross tenants, as Firestore's structured queries; infra/firestore holds their indexes.
import type { Query } from '../ports.ts'
import { type Value } from './firestore-values.ts'

type Operator = 'EQUAL' | 'LESS_THAN_OR_EQUAL' | 'GREATER_THAN_OR_EQUAL'

const number = (value: number): Value => ({ integerValue: value })

const where = (fieldPath: string, op: Operator, value: Value): object => ({
  fieldFilter: { field: { fieldPath }, op, value },
})

const isNull = (fieldPath: string): object => ({
  unaryFilter: { field: { fieldPath }, op: 'IS_NULL' },
})

function group(collectionId: string, filters: readonly object[]): object {
  const [only] = filters
  return {
    from: [{ collectionId, allDescendants: true }],
    where: filters.length === 1 ? only : { compositeFilter: { op: 'AND', filters } },
  }
}

const oldestFirst = (fieldPath: string, limit: number): object => ({
  orderBy: [{ field: { fieldPath }, direction: 'ASCENDING' }],
  limit: { value: limit },
})

/** Those with an instant there, oldest first. */
const allWith = (collectionId: string, fieldPath: string, limit: number): object => ({
  ...group(collectionId, [where(fieldPath, 'GREATER_THAN_OR_EQUAL', number(0))]),
  ...oldestFirst(fieldPath, limit),
})

export function structuredQuery(query: Query): object {
  switch (query.find) {
    case 'runs-due':
      return {
        ...group('runs', [
          where('shard', 'EQUAL', number(query.shard)),
          where('wakeAt', 'LESS_THAN_OR_EQUAL', number(query.now)),
        ]),
        ...oldestFirst('wakeAt', query.limit),
      }
    case 'operation':
      return group('ledger', [where('operation', 'EQUAL', { stringValue: query.operation })])
    case 'workspace-of':
      return group('workspaces', [
        where('outputs.gkeCluster', 'EQUAL', { stringValue: query.gkeCluster }),
      ])
    case 'facts-unpublished':
      return {
        ...group('facts', [
          isNull('publishedAt'),
          where('at', 'LESS_THAN_OR_EQUAL', number(query.before)),
        ]),
        ...oldestFirst('at', query.limit),
      }
    case 'parked':
      return allWith('parked', 'since', query.limit)
    case 'dead-letters':
      return allWith('deadLetters', 'deadAt', query.limit)
  }
}
