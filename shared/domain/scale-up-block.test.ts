// What the autoscaler said of a pool: the newest of each zone, told for as long as it may be so.
import { describe, expect, test } from 'vitest'
import { clusterPlan, NOW, runOf, situationOf } from '../../test/situations.ts'
import { BLOCK_HOLDS, blockReason, type ScaleUpBlock, withBlock } from './scale-up-block.ts'

const stockOut = (zone: string | undefined, at: number): ScaleUpBlock => ({
  code: 'GCP_INSUFFICIENT_CAPACITY',
  message: 'scale.up.error.out.of.resources',
  at,
  ...(zone === undefined ? {} : { zone }),
})

describe('a pool keeps', () => {
  test('the newest word on each zone, in whichever order they come', () => {
    const [old, other, young] = [stockOut('a', 1), stockOut('b', 2), stockOut('a', 3)]
    expect([old, other, young].reduce(withBlock, [])).toEqual([young, other])
    expect([young, other, old].reduce(withBlock, [])).toEqual([other, young])
  })
  test('what it knows, untouched, when a word is told twice', () => {
    const known = [stockOut('a', 1)]
    expect(withBlock(known, stockOut('a', 1))).toBe(known)
  })
  test('nothing that is too old to be so', () => {
    const young = stockOut('b', BLOCK_HOLDS + 1)
    expect(withBlock([stockOut('a', 1)], young)).toEqual([young])
  })
})

describe('a cluster is told', () => {
  const plan = clusterPlan(1, 1)
  const anywhere = { ...plan, subject: { ...plan.subject, zone: undefined } }
  const told = (blocked: ScaleUpBlock[], of = plan) =>
    blockReason(situationOf(of, { blocked, run: runOf(of, { createdAt: NOW - 50 }) }))

  test('what stands in the way in its zone', () => {
    expect(told([stockOut('europe-west4-a', NOW - 1)])).toMatchObject({
      code: 'GCP_INSUFFICIENT_CAPACITY',
      message:
        'Google has no more of these machines in europe-west4-a: scale.up.error.out.of.resources',
      parameters: { zones: 'europe-west4-a' },
    })
  })
  test('nothing of other zones, unless it may be in any', () => {
    const blocked = [stockOut('europe-west4-c', NOW - 1), stockOut('europe-west4-b', NOW - 2)]
    expect(told(blocked)).toBeUndefined()
    expect(told(blocked, anywhere)).toMatchObject({
      parameters: { zones: 'europe-west4-b, europe-west4-c' },
    })
  })
  test('what is said of no zone', () => {
    const reason = told([stockOut(undefined, NOW - 1)])
    expect(reason?.message).toBe(
      'Google has no more of these machines: scale.up.error.out.of.resources',
    )
  })
  test('the newest of several', () => {
    const quota = { code: 'GCP_QUOTA_EXCEEDED', message: 'q', at: NOW - 1 } as const
    expect(told([stockOut(undefined, NOW - 2), quota])).toMatchObject({ code: quota.code })
  })
  test('nothing from before its launch, and nothing that is too old', () => {
    expect(told([stockOut(undefined, NOW - 51)])).toBeUndefined()
    const old = runOf(plan, { createdAt: NOW - 2 * BLOCK_HOLDS })
    const blocked = [stockOut(undefined, NOW - BLOCK_HOLDS)]
    expect(blockReason(situationOf(plan, { blocked, run: old }))).toBeUndefined()
  })
})
