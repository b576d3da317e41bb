// Label selectors, as far as query strings have them.
import { expect, test } from 'vitest'
import { parseLabelSelector } from './label-selector.ts'
import { StatusError } from './status-error.ts'

const object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'x', labels: { a: 'b', 'k.dev/c': '', e: 'f' } },
}

test.each([
  ['', true],
  ['a=b', true],
  ['a==b,e=f', true],
  ['a=b, e=g', false],
  ['k.dev/c=', true],
  ['none=', false],
  ['a!=b', false],
  ['none!=b', true],
  ['a', true],
  ['!a', false],
  ['!none', true],
  ['a in (x, b),e in (f)', true],
  ['none in (x)', false],
  ['a notin (x,y)', true],
  ['none notin (x)', true],
])('%j matches: %s', (selector, expected) => {
  expect(parseLabelSelector(selector)(object)).toBe(expected)
})

test.each(['a=b=c', 'a in b', '(a)', 'a b'])('%j is refused', (selector) => {
  expect(() => parseLabelSelector(selector)).toThrow(StatusError)
})
