import { describe, expect, it } from 'vitest'
import { covers, isExactly } from './drift.ts'

describe('what was asked for', () => {
  it.each([
    ['with fields that a service filled in', { a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }],
    ['with a default left out', { a: { enabled: false, text: '' } }, { a: {} }],
    ['with nothing of the object left', { a: { enabled: false } }, {}],
    ['with more of a list of names, in another order', ['a', 'b'], ['c', 'b', 'a']],
    ['in a list of objects', [{ a: 1 }], [{ a: 1, b: 2 }]],
  ])('is there %s', (_, wanted, found) => {
    expect(covers(wanted, found)).toBe(true)
  })

  it.each([
    ['switched off', { a: { enabled: true } }, { a: { enabled: false } }],
    ['gone', { a: { enabled: true } }, {}],
    ['another', { a: 'x' }, { a: 'y' }],
    ['one name short', ['a', 'b'], ['a']],
    ['in a longer list of objects', [{ a: 1 }], [{ a: 1 }, { b: 2 }]],
    ['in a shorter list of objects', [{ a: 1 }, { a: 1 }], [{ a: 1 }]],
  ])('is not there when it is %s', (_, wanted, found) => {
    expect(covers(wanted, found)).toBe(false)
  })
})

describe('the very same', () => {
  it('has nothing more', () => {
    expect(isExactly({ a: [{ b: 1 }] }, { a: [{ b: 1 }] })).toBe(true)
    expect(isExactly({ podSelector: {} }, { podSelector: {}, egress: [{}] })).toBe(false)
    expect(isExactly({ a: [1] }, { a: [1, 2] })).toBe(false)
    expect(isExactly({ a: undefined }, {})).toBe(true)
  })
})
