// Strategic merges: lists by key, sets, order, and the directives that kubectl sends.
import { expect, test } from 'vitest'
import { strategicMerge } from './strategic-merge.ts'

const container = (name: string, more: object = {}) => ({ name, image: `${name}:1`, ...more })

test.each([
  [
    'containers are merged by name',
    { containers: [container('a'), container('b')] },
    { containers: [{ name: 'b', image: 'b:2' }] },
    { containers: [container('a'), { name: 'b', image: 'b:2' }] },
  ],
  [
    'a new one is added, a deleted one taken out',
    { containers: [container('a')] },
    { containers: [container('b'), { name: 'a', $patch: 'delete' }] },
    { containers: [container('b')] },
  ],
  [
    'variables inside containers too',
    {
      containers: [
        container('a', {
          env: [
            { name: 'x', value: '1' },
            { name: 'y', value: '1' },
          ],
        }),
      ],
    },
    { containers: [{ name: 'a', env: [{ name: 'y', value: '2' }] }] },
    {
      containers: [
        container('a', {
          env: [
            { name: 'x', value: '1' },
            { name: 'y', value: '2' },
          ],
        }),
      ],
    },
  ],
  [
    'ports by containerPort or by port',
    { ports: [{ port: 80, name: 'a' }] },
    { ports: [{ port: 81, name: 'b' }] },
    {
      ports: [
        { port: 80, name: 'a' },
        { port: 81, name: 'b' },
      ],
    },
  ],
  [
    'finalizers are a set',
    { finalizers: ['a'] },
    { finalizers: ['a', 'b'] },
    { finalizers: ['a', 'b'] },
  ],
  ['other lists are replaced', { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
  ['null removes', { a: 1, b: { c: 1, d: 1 } }, { a: null, b: { c: null } }, { b: { d: 1 } }],
  [
    'a map can be replaced whole',
    { a: { b: 1 } },
    { a: { $patch: 'replace', c: 2 } },
    { a: { c: 2 } },
  ],
  ['only some keys are retained', { a: 1, b: 1 }, { $retainKeys: ['a'], a: 2 }, { a: 2 }],
  [
    'the order is as asked for',
    { containers: [container('a'), container('b')] },
    { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
    { containers: [container('b'), container('a')] },
  ],
  [
    'values are taken out of sets',
    { finalizers: ['a', 'b'] },
    { '$deleteFromPrimitiveList/finalizers': ['a'] },
    { finalizers: ['b'] },
  ],
])('%s', (_what, target, patch, expected) => {
  const before = structuredClone(target)
  expect(strategicMerge(target, patch)).toEqual(expected)
  expect(target).toEqual(before)
})
