import { describe, expect, it } from 'vitest'
import { gkeCallError, gkeErrorKind } from './gke-errors.ts'

describe('refusals of the container API', () => {
  it.each([
    [9, 'Cluster is running incompatible operation operation-1.', 'busy'],
    [8, 'Too many operations: cluster "c" hits the concurrent operations quota 5', 'rate'],
    [6, 'Already exists: projects/p/locations/l/clusters/c.', 'exists'],
    [5, 'Not found: projects/p/locations/l/clusters/c.', 'not-found'],
    [7, 'Required "container.clusters.create" permission(s)', 'denied'],
    [16, 'Request had invalid authentication credentials.', 'denied'],
    [7, 'Insufficient regional quota to satisfy request: resource "C2_CPUS"', 'quota'],
    [8, 'ZONE_RESOURCE_POOL_EXHAUSTED: the zone does not have enough resources', 'stock-out'],
    [3, 'No valid versions with the prefix "1.29.6" found.', 'invalid'],
    [10, 'Aborted.', 'conflict'],
  ] as const)('%i %s: %s', (code, details, kind) => {
    expect(gkeErrorKind({ code, details }, true)).toBe(kind)
  })

  it.each([
    [4, 'Deadline exceeded after 20.0s', 'unknown-outcome', 'unavailable'],
    [14, 'Connection dropped', 'unknown-outcome', 'unavailable'],
    [14, 'No connection established. Last error: ECONNREFUSED', 'unavailable', 'unavailable'],
    [13, 'Internal error', 'unknown-outcome', 'unavailable'],
    [2, 'Stream removed', 'unknown-outcome', 'unavailable'],
  ] as const)('%i %s may have been done: %s; read: %s', (code, details, mutation, read) => {
    expect(gkeErrorKind({ code, details }, true)).toBe(mutation)
    expect(gkeErrorKind({ code, details }, false)).toBe(read)
  })

  it('say what was asked for, and how long to wait where the server tells', () => {
    const statusDetails = [{ retryDelay: { seconds: '7' } }]
    const error = gkeCallError({ code: 8, details: 'Slow down', statusDetails }, 'create x', true)
    expect(error).toMatchObject({
      kind: 'rate',
      message: 'create x: Slow down',
      retryAfterMs: 7000,
    })
  })
})
