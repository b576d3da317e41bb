// The critical path must add up whatever the clocks said, and must follow what was really waited for.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { criticalPath, ownTime, type Phase, whereTimeWent } from './timeline.ts'

function phase(step: string, startedAt: number, endedAt: number, ...waitedFor: string[]): Phase {
  return { step, title: step, startedAt, endedAt, waitedFor, own: false }
}

const stepsAndMs = (phases: readonly Phase[], endedAt: number) =>
  criticalPath(phases, { startedAt: 0, endedAt }).map(({ step, ms }) => [step, ms])

describe('a launch', () => {
  const launch = [
    phase('namespace', 100, 400),
    phase('pool', 100, 6000),
    phase('executors', 450, 900, 'namespace'),
    phase('scale-up', 900, 11_000, 'pool', 'executors'),
    phase('boot', 11_000, 31_000, 'scale-up'),
  ]

  test('the slower branch is on the path, the faster is not; what overlaps counts once', () => {
    expect(stepsAndMs(launch, 31_200)).toEqual([
      ['own:before-pool', 100],
      ['pool', 5900],
      ['scale-up', 5000],
      ['boot', 20_000],
      ['own:after-all', 200],
    ])
  })

  test('a gap between two steps is our own time, named after what came next', () => {
    expect(
      stepsAndMs(launch.slice(0, 1).concat(phase('executors', 450, 900, 'namespace')), 900),
    ).toEqual([
      ['own:before-namespace', 100],
      ['namespace', 300],
      ['own:before-executors', 50],
      ['executors', 450],
    ])
  })

  test('where the time went: most first, gaps as one', () => {
    const path = criticalPath(launch, { startedAt: 0, endedAt: 31_200 })
    expect(ownTime(path)).toBe(300)
    expect(whereTimeWent(path).map(({ title, ms }) => [title, ms])).toEqual([
      ['boot', 20_000],
      ['pool', 5900],
      ['scale-up', 5000],
      ['Kindling, between steps', 300],
    ])
  })
})

test('nothing happened: all of it was our own time', () => {
  expect(stepsAndMs([], 70)).toEqual([['own:after-all', 70]])
  expect(stepsAndMs([], 0)).toEqual([])
})

test('steps that wait for one another do not hang it', () => {
  expect(stepsAndMs([phase('a', 0, 10, 'b'), phase('b', 0, 10, 'a')], 10)).toEqual([['b', 10]])
})

describe('whatever the clocks said', () => {
  const steps = Array.from({ length: 12 }, (_, index) => `step-${index}`)
  const instant = fc.integer({ min: -50, max: 1050 })
  const anyPhase = fc.record({
    step: fc.constantFrom(...steps),
    title: fc.string(),
    startedAt: instant,
    endedAt: instant,
    waitedFor: fc.subarray([...steps, 'unheard-of']),
    own: fc.boolean(),
  })
  const phases = fc.uniqueArray(anyPhase, { selector: ({ step }) => step })
  const span = { startedAt: 0, endedAt: 1000 }

  test('the parts touch, and add up to the whole', () => {
    fc.assert(
      fc.property(phases, (some) => {
        const path = criticalPath(some, span)
        expect(path.reduce((sum, { ms }) => sum + ms, 0)).toBe(1000)
        expect(path.every(({ ms }) => ms > 0)).toBe(true)
        path.reduce((at, { startedAt, endedAt }) => {
          expect(startedAt).toBe(at)
          return endedAt
        }, span.startedAt)
      }),
    )
  })

  test('each part lies within its phase, and no step stands twice', () => {
    fc.assert(
      fc.property(phases, (some) => {
        const path = criticalPath(some, span).filter(({ step }) => !step.startsWith('own:'))
        for (const part of path) {
          const whole = some.find(({ step }) => step === part.step)
          expect(whole?.startedAt).toBeLessThanOrEqual(part.startedAt)
          expect(whole?.endedAt).toBeGreaterThanOrEqual(part.endedAt)
        }
        expect(new Set(path.map(({ step }) => step)).size).toBe(path.length)
      }),
    )
  })

  test('shares add up to one, and own time to no more than the whole', () => {
    fc.assert(
      fc.property(phases, (some) => {
        const path = criticalPath(some, span)
        expect(whereTimeWent(path).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
        expect(ownTime(path)).toBeLessThanOrEqual(1000)
      }),
    )
  })

  test('a phase that nobody on the path waited for changes nothing', () => {
    fc.assert(
      fc.property(phases, instant, (some, at) => {
        const earlier = some.filter(({ endedAt }) => endedAt < 1000)
        const end = phase('end', 999, 1000, ...steps)
        const bystander = phase('bystander', 0, Math.min(at, 999))
        const without = criticalPath([...earlier, end], span)
        expect(criticalPath([...earlier, bystander, end], span)).toEqual(without)
      }),
    )
  })
})
