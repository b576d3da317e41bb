// The import rule itself: what it refuses, what it lets through, and that it sees every way to import.
import { expect, test } from 'vitest'
import { importsOf, packageOf, wrongImports } from './layers.ts'
import type { RepositoryFile } from './repository.ts'

const file = (path: string, text: string): RepositoryFile => ({
  path,
  text,
  name: path,
  lines: text.split('\n'),
})
const importing = (path: string, specifier: string) =>
  file(path, `import { x } from '${specifier}'`)

test.each([
  ['events/catalog.ts', '../shared/domain/plan.ts'],
  ['shared/domain/plan.ts', '../ports.ts'],
  ['shared/catalog/prices.ts', '../steps/step.ts'],
  ['shared/ports.ts', './runtime/moment.ts'],
  ['shared/steps/network.ts', '../clients/compute-network.ts'],
  ['shared/clients/firestore-store.ts', '../runtime/claim.ts'],
  ['functions/sweep/handler.ts', '../../shared/clients/firestore-store.ts'],
  ['functions/sweep/index.ts', '../../infra/local/clock.ts'],
  ['shared/runtime/claim.ts', '../../functions/manifest.ts'],
  ['shared/runtime/claim.ts', '../../test/event-samples.ts'],
  ['shared/lost.ts', './ports.ts'],
  ['infra/workspace/agent/watch-pods.ts', '../../local/clock.ts'],
])('%s may not import %s', (path, specifier) => {
  expect(wrongImports(importing(path, specifier))).toHaveLength(1)
})

test.each([
  ['shared/domain/plan.ts', '../../events/ids.ts'],
  ['shared/catalog/prices.ts', '../manifests/kinds.ts'],
  ['shared/ports.ts', './manifests/object.ts'],
  ['shared/steps/network.ts', '../ports.ts'],
  ['shared/clients/firestore-store.ts', '../ports.ts'],
  ['functions/sweep/index.ts', '../../shared/clients/firestore-store.ts'],
  ['functions/sweep/handler.ts', '../../shared/runtime/claim.ts'],
  ['infra/local/stack.ts', '../../functions/sweep/handler.ts'],
])('%s may import %s', (path, specifier) => {
  expect(wrongImports(importing(path, specifier))).toEqual([])
})

test('static, dynamic, type and side-effect imports are seen; comments are not', () => {
  const text = `import type { a } from './a.ts'
import {
  b,
} from './b.ts'
import './c.ts'
export { d } from './d.ts'
const e = await import('./e.ts')
// import { f } from './f.ts'
/* import { g } from './g.ts' */`
  expect(importsOf(file('x.ts', text))).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts'])
})

test('a package is named without the path inside it', () => {
  expect(packageOf('@google-cloud/container/build/x')).toBe('@google-cloud/container')
  expect(packageOf('zod/v4')).toBe('zod')
  expect(packageOf('node:fs')).toBeUndefined()
})
