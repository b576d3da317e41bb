// Documents that cannot be: what belongs to a state cannot be missing, and no state has another kind's name.
import { describe, expect, test } from 'vitest'
import { clusterSubject, entityOf, poolSubject, workspaceSubject } from '../../test/situations.ts'
import { Entity } from './entity.ts'

const workspace = entityOf(workspaceSubject)
const pool = entityOf(poolSubject)
const cluster = entityOf(clusterSubject(10))
const reason = { code: 'INACTIVITY', type: 'SUCCESS', message: 'no work' }
const outputs = { gkeCluster: 'analytics-g1', endpoint: 'gke-1.example' }
const executors = { requested: 10, ready: 9 }

const legal: readonly [string, object][] = [
  ['workspace PROVISIONING', workspace],
  ['workspace RUNNING', { ...workspace, state: 'RUNNING', outputs }],
  ['workspace CANCELLING', { ...workspace, state: 'CANCELLING', reason }],
  ['workspace FAILED', { ...workspace, state: 'FAILED', reason }],
  ['workspace NOT_PROVISIONED', { ...workspace, state: 'NOT_PROVISIONED', reason }],
  ['pool PROVISIONING', pool],
  ['pool RUNNING, marked', { ...pool, state: 'RUNNING', want: 'marked' }],
  ['pool RETIRING', { ...pool, state: 'RETIRING', reason }],
  ['pool FAILED', { ...pool, state: 'FAILED', reason }],
  ['pool RETIRED', { ...pool, state: 'RETIRED', reason }],
  ['cluster PENDING', cluster],
  ['cluster PENDING, waiting', { ...cluster, waitsFor: 'accounts/acme/workspaces/analytics' }],
  ['cluster RUNNING', { ...cluster, state: 'RUNNING', executors }],
  ['cluster RUNNING with fewer', { ...cluster, state: 'RUNNING', executors, reason }],
  ['cluster TERMINATING', { ...cluster, state: 'TERMINATING', reason }],
  ['cluster TERMINATED', { ...cluster, state: 'TERMINATED', reason }],
]

test.each(legal)('%s is a document', (_, document) => {
  expect(Entity.parse(document)).toEqual(document)
})

describe('refused is', () => {
  const illegal: readonly [string, object][] = [
    ['a workspace RUNNING without outputs', { ...workspace, state: 'RUNNING' }],
    ['a workspace FAILED without a reason', { ...workspace, state: 'FAILED' }],
    ['a workspace CANCELLING without a reason', { ...workspace, state: 'CANCELLING' }],
    ['a workspace NOT_PROVISIONED without a reason', { ...workspace, state: 'NOT_PROVISIONED' }],
    ["a workspace in a cluster's state", { ...workspace, state: 'PENDING' }],
    ['a workspace without zones', { ...workspace, spec: { ...workspace.spec, zones: [] } }],
    ['a pool RETIRED without a reason', { ...pool, state: 'RETIRED' }],
    ['a pool RETIRING without a reason', { ...pool, state: 'RETIRING' }],
    ["a pool in a cluster's state", { ...pool, state: 'TERMINATED', reason }],
    ['a cluster RUNNING without executors', { ...cluster, state: 'RUNNING' }],
    ['a cluster TERMINATED without a reason', { ...cluster, state: 'TERMINATED' }],
    ['a cluster TERMINATING without a reason', { ...cluster, state: 'TERMINATING' }],
    ["a cluster in a workspace's state", { ...cluster, state: 'PROVISIONING' }],
    [
      'a cluster of half an executor',
      { ...cluster, state: 'RUNNING', executors: { requested: 10, ready: 0.5 } },
    ],
    ['a cluster of no generation', { ...cluster, generation: 0 }],
    ['a cluster that is wanted sideways', { ...cluster, want: 'sideways' }],
    ['a cluster with the spec of a pool', { ...cluster, spec: pool.spec }],
    ['an entity of an unknown kind', { ...cluster, kind: 'job' }],
    ['an entity without a state', { ...cluster, state: undefined }],
    [
      'a reason of an unknown type',
      { ...cluster, state: 'TERMINATED', reason: { ...reason, type: 'BAD_LUCK' } },
    ],
  ]

  test.each(illegal)('%s', (_, document) => {
    expect(Entity.safeParse(document).success).toBe(false)
  })
})
