import { describe, expect, it } from 'vitest'
import { seededRandom } from './clock.ts'
import { profile } from './profile.ts'

describe('the profile of the simulated cloud', () => {
  it('divides by the speed', () => {
    const slow = profile({ speed: 1, random: seededRandom(1) })
    const fast = profile({ speed: 20, random: seededRandom(1) })
    expect(fast.autoscalerScan).toBe(500)
    expect(fast.scaled(60_000)).toBe(3000)
    expect(fast.createCluster()).toBeCloseTo(slow.createCluster() / 20)
  })

  it('draws one boot and one pull for each launch, whatever the order of asking', () => {
    const launches = Array.from({ length: 50 }, (_, index) => `launch-${index}`)
    const one = profile({ speed: 1, random: seededRandom(7) })
    const other = profile({ speed: 1, random: seededRandom(7) })
    const boots = launches.map((launch) => one.nodeBoot(launch))
    expect(boots).toEqual(launches.map((launch) => one.nodeBoot(launch)))
    expect(boots.toReversed()).toEqual(
      launches.toReversed().map((launch) => other.nodeBoot(launch)),
    )
    expect(new Set(boots).size).toBe(50)
    for (const boot of boots) {
      expect(boot).toBeGreaterThanOrEqual(60_000)
      expect(boot).toBeLessThanOrEqual(120_000)
    }
    expect(Math.max(...boots) - Math.min(...boots)).toBeGreaterThan(30_000)
    const pulls = launches.map((launch) => one.imagePull(launch))
    expect(new Set(pulls).size).toBe(50)
  })

  it('can fix boots and pulls, and let nodes differ', () => {
    const random = seededRandom(1)
    const fixed = profile({ speed: 4, bootMs: 80_000, pullMs: 8000, random })
    expect(fixed.nodeBoot('a')).toBe(20_000)
    expect(fixed.imagePull('a')).toBe(2000)
    const jittered = profile({ speed: 1, bootMs: 80_000, bootJitterMs: 5000, random })
    const boots = Array.from({ length: 20 }, () => jittered.nodeBoot('a'))
    expect(new Set(boots).size).toBe(20)
    for (const boot of boots) expect(boot - 80_000).toBeLessThan(5000)
  })
})
