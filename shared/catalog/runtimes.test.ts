import { describe, expect, it } from 'vitest'
import {
  agentImage,
  isWithdrawn,
  offeredRuntimes,
  runtime,
  runtimeImage,
  runtimes,
} from './runtimes.ts'

const keysOn = (day: string): string[] => offeredRuntimes(Date.parse(day)).map((each) => each.key)

describe('runtimes', () => {
  it('are found by key and titled the way clients select them', () => {
    expect(runtime('17.3.x-scala2.13')?.title).toBe(
      '17.3 LTS (includes Apache Spark 4.0.0, Scala 2.13)',
    )
    expect(runtime('1.0.x-scala2.9')).toBeUndefined()
    expect(runtimes.some(({ scala }) => scala === '2.12')).toBe(true)
  })

  it('of several versions of Spark, Scala and Python are offered at any time', () => {
    const offered = offeredRuntimes(Date.UTC(2026, 10, 22))
    for (const of of ['spark', 'scala', 'python'] as const) {
      expect(new Set(offered.map((each) => each[of])).size).toBeGreaterThan(1)
    }
  })

  it('are offered until the day that they are withdrawn, and last once deprecated', () => {
    const key = '17.2.x-scala2.13'
    expect(keysOn('2026-02-28').indexOf(key)).toBe(1)
    expect(keysOn('2026-03-01').at(-1)).toBe(key)
    expect(keysOn('2027-02-28')).toContain(key)
    expect(keysOn('2027-03-01')).not.toContain(key)
    expect(runtime(key)?.digest).toMatch(/^sha256:/)
  })

  it('have days that exist, deprecated before withdrawn', () => {
    for (const each of runtimes) {
      const { deprecatedOn, withdrawnOn } = each
      if (withdrawnOn === undefined) continue
      expect(isWithdrawn(each, Date.parse(withdrawnOn))).toBe(true)
      expect(isWithdrawn(each, Date.parse(withdrawnOn) - 1)).toBe(false)
      expect(Date.parse(deprecatedOn ?? '')).toBeLessThan(Date.parse(withdrawnOn))
    }
  })

  it('upgrades: images are pinned by digest in the registry of the region', () => {
    const images = runtimes.map((each) => runtimeImage(each, 'europe-west4'))
    for (const image of [...images, agentImage('europe-west4')]) {
      expect(image).toMatch(/^europe-west4-docker\.pkg\.dev\/[a-z/-]+@sha256:[0-9a-f]{64}$/)
    }
    expect(new Set(images).size).toBe(runtimes.length)
  })
})
