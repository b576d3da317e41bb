import { describe, expect, it } from 'vitest'
import { computeCallError, computeErrorKind } from './compute-errors.ts'

describe('refusals of the Compute API', () => {
  it.each([
    [400, 'resourceNotReady', "The resource 'x' is not ready", 'busy'],
    [400, 'resourceInUseByAnotherResource', "'x' is already being used by 'y'", 'busy'],
    [400, 'invalid', "Invalid value for field 'resource.name'", 'invalid'],
    [409, 'alreadyExists', "The resource 'x' already exists", 'exists'],
    [404, 'notFound', "The resource 'x' was not found", 'not-found'],
    [403, 'forbidden', "Required 'compute.networks.create' permission", 'denied'],
    [403, 'rateLimitExceeded', 'Rate Limit Exceeded', 'rate'],
    [
      403,
      'forbidden',
      'Quota exceeded for quota metric Queries and limit Queries per minute',
      'rate',
    ],
    [403, 'quotaExceeded', "Quota 'NETWORKS' exceeded. Limit: 5.0 globally.", 'quota'],
    [412, 'conditionNotMet', 'Invalid fingerprint', 'conflict'],
    [429, undefined, 'Too many requests', 'rate'],
    [401, undefined, 'Invalid credentials', 'denied'],
  ] as const)('%i %s %s: %s', (status, reason, text, kind) => {
    expect(computeErrorKind({ status, reason, text }, true)).toBe(kind)
  })

  it('after a server error a mutation may have been done, a read was not', () => {
    const answer = { status: 503, reason: 'backendError', text: 'Backend error' }
    expect(computeErrorKind(answer, true)).toBe('unknown-outcome')
    expect(computeErrorKind(answer, false)).toBe('unavailable')
  })

  it('say how long to wait where the server tells', () => {
    const response = {
      status: 429,
      headers: new Headers({ 'retry-after': '3' }),
      data: { error: { message: 'Slow down', errors: [] } },
    }
    expect(computeCallError({ response }, 'insert x', true)).toMatchObject({
      kind: 'rate',
      message: 'insert x: Slow down',
      retryAfterMs: 3000,
    })
  })

  it('without an answer tell a call that never left from one that was cut off', () => {
    const refused = { message: 'fetch failed', cause: { code: 'ECONNREFUSED' } }
    const cutOff = { message: 'fetch failed', cause: { code: 'ECONNRESET' } }
    expect(computeCallError(refused, 'insert x', true).kind).toBe('unavailable')
    expect(computeCallError(cutOff, 'insert x', true).kind).toBe('unknown-outcome')
    expect(computeCallError(cutOff, 'get x', false).kind).toBe('unavailable')
  })
})
