// What is loaded late is a chunk of a split bundle, which knows a CommonJS package's exports by `default` alone: whoever takes
// one by its name gets it from source, and `undefined` once deployed.
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { types } from 'node:util'
import { expect, test } from 'vitest'

const require = createRequire(import.meta.url)
const CLIENTS = fileURLToPath(new URL('../../shared/clients/', import.meta.url))
const BY_DEFAULT = /^\{ default: \w+ \} = await import\(|\(await import\('[^']+'\)\)\.default/
const LATE = /(?:\{[^{}]*\} = |\()await import\('([^']+)'\)\)?(?:\.default)?/g

test('every CommonJS package that is loaded late is taken from its default', async () => {
  const found: { file: string; text: string; name: string }[] = []
  for (const file of await readdir(CLIENTS)) {
    if (file.endsWith('.test.ts')) continue
    const source = await readFile(CLIENTS + file, 'utf8')
    for (const [text, name = ''] of source.matchAll(LATE)) found.push({ file, text, name })
  }
  const late = found.map((each) => ({ ...each, isCommonJs: isCommonJs(each.name) }))
  expect(late.filter(({ isCommonJs }) => isCommonJs).length).toBeGreaterThan(3)
  const wrong = late.filter(({ text, isCommonJs }) => isCommonJs && !BY_DEFAULT.test(text))
  expect(wrong.map(({ file, text }) => `${file}: ${text}`)).toEqual([])
})

/** A module, when it is required, is its namespace. */
const isCommonJs = (name: string): boolean => !types.isModuleNamespaceObject(require(name))
