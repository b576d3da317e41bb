// Identifiers that customers choose: what is a name, and what Kubernetes or Google Cloud would refuse.
import { expect, test } from 'vitest'
import { AccountId, ClusterId, WorkspaceId } from './ids.ts'

const schemas = { AccountId, WorkspaceId, ClusterId }
type IdName = keyof typeof schemas

const good: readonly [IdName, string][] = [
  ['AccountId', 'a'],
  ['AccountId', 'acme-2'],
  ['AccountId', 'a'.repeat(30)],
  ['WorkspaceId', 'w'],
  ['WorkspaceId', 'w'.repeat(20)],
  ['ClusterId', '0'],
  ['ClusterId', '7-days-etl'],
  ['ClusterId', 'c'.repeat(40)],
]

const bad: readonly [IdName, unknown][] = [
  ['AccountId', ''],
  ['AccountId', '1acme'],
  ['AccountId', 'a'.repeat(31)],
  ['AccountId', 'acme/other'],
  ['WorkspaceId', 'w'.repeat(21)],
  ['WorkspaceId', '9lives'],
  ['WorkspaceId', 'trailing-'],
  ['WorkspaceId', 'two.parts'],
  ['ClusterId', 'c'.repeat(41)],
  ['ClusterId', '-etl'],
  ['ClusterId', 'etl-'],
  ['ClusterId', 'Etl'],
  ['ClusterId', 'etl_daily'],
  ['ClusterId', 'etl daily'],
  ['ClusterId', '../other'],
  ['ClusterId', 'ünicode'],
  ['ClusterId', 'etl\n'],
  ['ClusterId', 7],
  ['ClusterId', null],
]

test.each(good)('%s accepts "%s"', (name, id) => {
  expect(schemas[name].safeParse(id).success).toBe(true)
})

test.each(bad)('%s refuses %j', (name, id) => {
  expect(schemas[name].safeParse(id).success).toBe(false)
})
