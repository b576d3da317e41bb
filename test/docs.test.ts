// Documents may claim only what exists: commands, links, and the places that they send readers to.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { code, files, ROOT } from './tidy/repository.ts'

const pages = files.filter(({ name }) => name.endsWith('.md'))
const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(files.find(({ path }) => path === 'package.json')?.text ?? '{}')).scripts
const protocol = pages.find(({ path }) => path === 'docs/protocol.md')?.text ?? ''

/** A pattern in code may look like a link. Link texts keep their brackets. */
function withoutCode(text: string): string {
  return text.replaceAll(/`[^`\n]*`/g, '')
}

describe.each(pages)('$path', ({ path, text }) => {
  test('every command is a script of package.json', () => {
    const named = [...text.matchAll(/\bnpm run (?:-s )?([a-z:]+)/g)].flatMap(
      ([, name]) => name ?? [],
    )
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })

  test('every link leads somewhere', () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^)#]+)[^)]*\)/g)].flatMap(
      ([, link]) => link ?? [],
    )
    const broken = links.filter(
      (link) => !/^https?:/.test(link) && !existsSync(join(ROOT, dirname(path), link)),
    )
    expect(broken).toEqual([])
  })

  test('every path of the repository that it names in code is there', () => {
    const named = [...text.matchAll(/`((?:events|functions|shared|infra|test|docs)\/[^`*{]*)`/g)]
    const missing = named.flatMap(([, name]) =>
      name && !existsSync(join(ROOT, name)) ? [name] : [],
    )
    expect(missing).toEqual([])
  })
})

test('every protocol rule that a comment cites is in docs/protocol.md', () => {
  const rules = new Set([...protocol.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => number))
  const unknown = code.flatMap(({ path, text }) =>
    [...text.matchAll(/protocol rules? (\d+)/g)].flatMap(([, number]) =>
      rules.has(number) ? [] : [`${path} cites rule ${number}`],
    ),
  )
  expect(rules.size).toBeGreaterThan(0)
  expect(unknown).toEqual([])
})
