import { describe, expect, it } from 'vitest'
import { sharpened } from './sharpened.ts'

describe('a time that is told to the second', () => {
  it('is the moment at which it was seen, when that lies within the second', () => {
    expect(sharpened(5000, 5400, undefined)).toBe(5400)
  })
  it('is never outside the second that was told', () => {
    expect(sharpened(5000, 6100, undefined)).toBe(5999)
    expect(sharpened(5000, 4000, undefined)).toBe(5000)
  })
  it('is no finer than it was told when it was found long after', () => {
    expect(sharpened(5000, 9000, undefined)).toBe(5000)
  })
  it('stays as it was first seen', () => {
    expect(sharpened(5000, 5900, 5400)).toBe(5400)
  })
  it('is seen anew when another second is told', () => {
    expect(sharpened(7000, 7100, 5400)).toBe(7100)
  })
  it('is unknown as long as nothing is told', () => {
    expect(sharpened(undefined, 5400, 5300)).toBeUndefined()
  })
})
