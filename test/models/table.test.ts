// docs/models.md has a line for each model, and none for what is no model; the models themselves compare the lines.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const folder = new URL('.', import.meta.url)
const nameIn = (file: string): string[] => {
  const text = readFileSync(new URL(file, folder), 'utf8')
  const [, name] = /\bcheckModel\(\{\s+name: '([^']+)'/.exec(text) ?? []
  return name === undefined ? [] : [name]
}

it('has a line for each model', () => {
  const models = readdirSync(folder).flatMap((file) =>
    file.endsWith('.test.ts') ? nameIn(file) : [],
  )
  const lines = readFileSync(new URL('../../docs/models.md', folder), 'utf8').split('\n')
  const rows = lines.flatMap((line) => /^\| ([a-z][^|]*) \|/.exec(line)?.[1] ?? [])
  expect(rows.filter((name) => name !== 'model').toSorted()).toEqual(models.toSorted())
})
