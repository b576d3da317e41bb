import { describe, expect, it } from 'vitest'
import { atLeast, atMost, figureJson, figureLine, isMet, quantile, summary } from './figure.ts'

const figure = { name: 'launch', unit: 'ms', values: [30, 10, 20], target: atMost(25) } as const

describe('a figure', () => {
  it('is told by its median, least and most', () => {
    expect(summary([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 })
    expect(summary([1, 2]).median).toBe(1.5)
  })

  it('for programs has what it should be, and whether it is', () => {
    expect(figureJson('own-share', figure)).toEqual({
      kind: 'figure',
      bench: 'own-share',
      name: 'launch',
      value: 20,
      unit: 'ms',
      target: { is: 'at most', value: 25 },
      met: true,
      runs: 3,
      min: 10,
      median: 20,
      max: 30,
    })
  })

  it('for people says so when it misses', () => {
    const line = figureLine({ ...figure, target: atMost(19.9) }, 10)
    expect(line).toBe('  launch            20 ms  at most 19.9: MISSED  (10 to 30, 3 runs)')
  })

  it('without a target is neither', () => {
    expect(isMet({ name: 'x', unit: 'ms', values: [1] })).toBeUndefined()
    expect(isMet({ ...figure, target: atLeast(20) })).toBe(true)
  })

  it('that was never measured meets nothing', () => {
    expect(isMet({ ...figure, values: [] })).toBe(false)
  })
})

it('a quantile lies between its neighbours', () => {
  expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5)
  expect(quantile([7], 0.5)).toBe(7)
})
