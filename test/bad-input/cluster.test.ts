// What is wrong with what a cluster request asks for: its names, its numbers, its machines.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Reason } from '../../events/lifecycle.ts'
import { event } from '../loop/fixture.ts'
import {
  catalogue,
  counts,
  executors,
  fields,
  names,
  notNames,
  workspaceNames,
} from './bad-clusters.ts'
import { refusalIn, type Inbox, startInbox, text } from './inbox.ts'

let inbox: Inbox
beforeAll(async () => {
  inbox = await startInbox()
})
afterAll(() => inbox.stop())

let serial = 0
async function refused(data: Record<string, unknown>): Promise<Reason> {
  const message = event('cluster-requested', `cluster-${++serial}`, data)
  const reason = refusalIn(await inbox.submit('cluster-requested', message), 'acme')
  expect(reason.code).toBe('INVALID_PARAMETER_VALUE')
  return reason
}

describe('the number of executors', () => {
  test.each(counts)('%s is refused', async (_, count, got) => {
    expect(await refused({ executors: { ...executors, count } })).toMatchObject({
      field: 'data.executors.count',
      got,
      allowed: 'a whole number from 1 to 1000',
    })
  })
})

describe('a name that Kubernetes or Google Cloud would refuse', () => {
  test.each(names)('cluster %j', async (cluster) => {
    const reason = await refused({ cluster })
    const allowed = text('1 to 40 of a-z 0-9 -')
    expect(reason).toMatchObject({ field: 'data.cluster', allowed })
    const { got = '' } = reason
    expect(got.slice(0, 200)).toBe(cluster.slice(0, 200))
  })

  test.each(workspaceNames)('workspace %j', async (workspace) => {
    expect(await refused({ workspace })).toMatchObject({
      field: 'data.workspace',
      allowed: text('1 to 20 of a-z 0-9 -, first a letter'),
    })
  })

  test.each(notNames)('cluster %j', async (cluster) => {
    expect(await refused({ cluster })).toMatchObject({
      field: 'data.cluster',
      got: JSON.stringify(cluster),
    })
  })
})

test.each(fields)('%s is refused', async (_, data, refusal) => {
  expect(await refused(data)).toMatchObject(refusal)
})

test.each(catalogue)('%s is refused', async (_, data, refusal) => {
  expect(await refused(data)).toMatchObject(refusal)
})

test('of several faults the first is told, and the others when that is mended', async () => {
  const both = { cluster: 'ETL', executors: { ...executors, count: 0 } }
  expect(await refused(both)).toMatchObject({ field: 'data.cluster' })
  expect(await refused({ ...both, cluster: 'etl' })).toMatchObject({
    field: 'data.executors.count',
  })
})
