// Reports and hints that cannot be read, or that are of nobody. Most of what they hold is a secret that no log may show.
import { event, sample } from '../loop/fixture.ts'

export const SECRET = 'what-a-user-wrote'

export const snapshot = (data: Record<string, unknown>): string => event('pod-snapshot', 's', data)

const { level } = sample('pod-snapshot').data

/** Snapshots. */
export const garbage: readonly [string, string][] = [
  ['not JSON', `{"${SECRET}`],
  ['a list', JSON.stringify([SECRET])],
  ['a request', event('cluster-requested', 's', { cluster: SECRET })],
  ['an unknown field', snapshot({ [SECRET]: SECRET })],
  ['a cluster that is none', snapshot({ cluster: `../${SECRET}` })],
  ['no uid', snapshot({ uid: undefined })],
  ['a negative sequence', snapshot({ sequence: -1 })],
  ['a fraction of a term', snapshot({ term: 0.5 })],
  [
    'more failures than five',
    snapshot({
      level: { ...(level as object), failures: Array.from({ length: 6 }, () => ({})) },
    }),
  ],
  ['a workspace of its own', snapshot({ workspace: SECRET })],
  ['100,000 lists in lists', `${'['.repeat(1e5)}${']'.repeat(1e5)}`],
  ['too much', snapshot({ uid: 'u'.repeat(600_000) })],
]

export const ofNobody: readonly [string, Record<string, unknown>][] = [
  ['a cluster that there is not', { cluster: 'nobody' }],
  ['a custom resource that there is not', { uid: 'another-life' }],
  ['a later term of another life', { uid: 'another-life', term: 99, sequence: 99 }],
]

/** Entries of the audit log. */
export const entries: readonly [string, string][] = [
  ['not JSON', SECRET],
  ['null', 'null'],
  ['a list', '[]'],
  ['an entry of nothing', '{}'],
  ['an operation without an id', '{"operation":{"last":true}}'],
  ['an operation whose id is a list', '{"operation":{"id":["x"],"last":true}}'],
  ['an operation that has only begun', '{"operation":{"id":"operation-1","first":true}}'],
  ["somebody else's operation", '{"operation":{"id":"operation-of-others","last":true}}'],
  ['an id with a path', '{"operation":{"id":"../../x","last":true}}'],
  ['an empty id', '{"operation":{"id":"","last":true}}'],
  ['deep nesting', `{"operation":${'['.repeat(1e5)}${']'.repeat(1e5)}}`],
  ['a long id', JSON.stringify({ operation: { id: 'x'.repeat(600_000), last: true } })],
]
