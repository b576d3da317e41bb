// The part of the store contract about the queries that cross tenants.
import { randomInt, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Fields } from '../../shared/ports.ts'
import type { StoreSubject } from './store-contract.ts'

export function queryTests(subject: StoreSubject): void {
  describe('queries', () => {
    runsDueTest(subject)
    operationTest(subject)
    workspaceOfTest(subject)
    factsTest(subject)
    oldestTest(subject, 'parked', 'parked', 'since')
    oldestTest(subject, 'dead-letters', 'deadLetters', 'deadAt')
  })
}

function runsDueTest(subject: StoreSubject): void {
  test('runs-due: live runs of one shard whose alarm has rung, of every tenant, oldest first', async () => {
    const shard = randomInt(1_000_000_000)
    const [one, two] = [subject.root(), subject.root()]
    const runs: [string, Fields][] = [
      [`${one}/clusters/c/runs/1`, { shard, wakeAt: 300 }],
      [`${one}/clusters/c/runs/2`, { shard, wakeAt: 100 }],
      [`${two}/runs/1`, { shard, wakeAt: 200, extra: { kept: true } }],
      [`${two}/pools/p/runs/1`, { shard, wakeAt: 400 }],
      [`${two}/pools/p/runs/later`, { shard, wakeAt: 401 }],
      [`${two}/pools/p/runs/settled`, { shard }],
      [`${two}/pools/p/runs/null`, { shard, wakeAt: null }],
      [`${two}/pools/p/runs/text`, { shard, wakeAt: '1' }],
      [`${two}/pools/p/runs/other`, { shard: shard + 1, wakeAt: 1 }],
      [`${two}/pools/p/ledger/1`, { shard, wakeAt: 1 }],
    ]
    for (const [path, data] of runs) await subject.put(path, data)
    const query = { find: 'runs-due', shard, now: 400, limit: 10 } as const
    const due = await subject.store.find(query)
    expect(due.map(({ data }) => data['wakeAt'])).toEqual([100, 200, 300, 400])
    expect(due[1]).toEqual(await subject.must(`${two}/runs/1`))
    const page = await subject.store.find({ ...query, limit: 3 })
    expect(page.map(({ path }) => path)).toEqual(due.slice(0, 3).map(({ path }) => path))
    expect(await subject.store.find({ ...query, now: 99 })).toEqual([])

    const [first] = due
    if (!first) throw new Error('nothing due')
    const settled = { op: 'update', from: first, data: { shard } } as const
    expect(await subject.store.commit([settled])).toBe(true)
    expect(await subject.store.find({ ...query, now: 199 })).toEqual([])
  })
}

function operationTest(subject: StoreSubject): void {
  test('operation: the ledger entry that waits for it, of whichever tenant', async () => {
    const operation = `operation-${randomUUID()}`
    const root = subject.root()
    const entry = await subject.put(`${root}/pools/p/ledger/k`, { operation, n: 1 })
    await subject.put(`${root}/pools/p/ledger/other`, { operation: `${operation}-2` })
    await subject.put(`${root}/pools/p/ledger/none`, { n: 1 })
    await subject.put(`${root}/slots/1`, { operation })
    expect(await subject.store.find({ find: 'operation', operation })).toEqual([entry])
    expect(await subject.store.find({ find: 'operation', operation: `${operation}-9` })).toEqual([])
  })
}

function workspaceOfTest(subject: StoreSubject): void {
  test('workspace-of: the workspace that has this GKE cluster, of whichever tenant', async () => {
    const gkeCluster = `kdl-${randomUUID()}`
    const root = subject.root()
    const workspace = await subject.put(`${root}/workspaces/w`, { outputs: { gkeCluster } })
    await subject.put(`${root}/workspaces/other`, { outputs: { gkeCluster: 'kdl-other' } })
    await subject.put(`${root}/workspaces/text`, { outputs: gkeCluster })
    await subject.put(`${root}/workspaces/none`, { gkeCluster })
    await subject.put(`${root}/pools/p`, { outputs: { gkeCluster } })
    const query = { find: 'workspace-of', gkeCluster } as const
    expect(await subject.store.find(query)).toEqual([workspace])
    expect(await subject.store.find({ ...query, gkeCluster: `${gkeCluster}-2` })).toEqual([])
  })
}

function factsTest(subject: StoreSubject): void {
  test('facts-unpublished: publishedAt null and old enough, oldest first', async () => {
    const root = subject.root()
    const facts: [string, Fields][] = [
      [`${root}/facts/b`, { publishedAt: null, at: 3000 }],
      [`${root}/clusters/c/facts/a`, { publishedAt: null, at: 1000 }],
      [`${root}/clusters/c/facts/c`, { publishedAt: null, at: 2000 }],
      [`${root}/clusters/c/facts/said`, { publishedAt: 5, at: 1000 }],
      [`${root}/clusters/c/facts/never`, { at: 1000 }],
      [`${root}/clusters/c/facts/young`, { publishedAt: null, at: 3001 }],
      [`${root}/clusters/c/facts/untimed`, { publishedAt: null }],
    ]
    for (const [path, data] of facts) await subject.put(path, data)
    const query = { find: 'facts-unpublished', before: 3000, limit: 200 } as const
    const all = await subject.store.find(query)
    const own = all.filter(({ path }) => path.startsWith(`${root}/`))
    expect(own.map(({ data }) => data['at'])).toEqual([1000, 2000, 3000])
    const page = await subject.store.find({ ...query, limit: 2 })
    expect(page).toEqual(all.slice(0, 2))
    for (const from of own)
      expect(
        await subject.store.commit([
          { op: 'update', from, data: { ...from.data, publishedAt: 9000 } },
        ]),
      ).toBe(true)
    const left = await subject.store.find(query)
    expect(left.filter(({ path }) => path.startsWith(`${root}/`))).toEqual([])
  })
}

function oldestTest(
  subject: StoreSubject,
  find: 'parked' | 'dead-letters',
  group: string,
  field: string,
): void {
  test(`${find}: those with an instant in ${field}, of every tenant, oldest first`, async () => {
    const [one, two] = [subject.root(), subject.root()]
    const documents: [string, Fields][] = [
      [`${one}/${group}/b`, { [field]: 3000 }],
      [`${two}/${group}/a`, { [field]: 1000, extra: 1 }],
      [`${one}/${group}/c`, { [field]: 2000 }],
      [`${one}/${group}/none`, { other: 1 }],
      [`${one}/${group}/null`, { [field]: null }],
      [`${one}/${group}/text`, { [field]: '1' }],
      [`${one}/others/d`, { [field]: 1 }],
    ]
    for (const [path, data] of documents) await subject.put(path, data)
    const all = await subject.store.find({ find, limit: 200 })
    const own = all.filter(({ path }) => [one, two].some((root) => path.startsWith(`${root}/`)))
    expect(own.map(({ data }) => data[field])).toEqual([1000, 2000, 3000])
    expect(await subject.store.find({ find, limit: 2 })).toEqual(all.slice(0, 2))
  })
}
