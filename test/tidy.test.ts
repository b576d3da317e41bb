// Rules of this repository that neither compiler nor lint can hold. Each failure names the file, and the title the mend.
import { describe, expect, test } from 'vitest'
import { importsOf, packageOf, wrongImports } from './tidy/layers.ts'
import { code, files, linesMatching, source, texts } from './tidy/repository.ts'

const none: string[] = []
/** The entry of each function, which wires its handler to clients. */
const entries = source.filter(({ path }) => /^functions\/[^/]+\/index\.ts$/.test(path))

/** Paths of files with more lines than that. */
function longerThan(limit: number, among: typeof source): string[] {
  return among.filter(({ lines }) => lines.length - 1 > limit).map(({ path }) => path)
}

test('the walk finds the repository', () => {
  expect(source.map(({ path }) => path)).toContain('shared/ports.ts')
})

describe('imports', () => {
  test('go leftwards: events, domain, manifests and catalog, ports, steps, runtime, functions', () => {
    expect(source.flatMap(wrongImports)).toEqual(none)
  })

  const sdks = [
    '@google-cloud/container',
    '@google-cloud/firestore',
    '@google-cloud/functions-framework',
    '@google-cloud/pubsub',
    '@googleapis/compute',
    '@kubernetes/client-node',
  ]
  test.each(sdks)('%s is imported by one file only: add to that client', (sdk) => {
    const importers = source.filter((file) =>
      importsOf(file).some((name) => packageOf(name) === sdk),
    )
    expect(importers.map(({ path }) => path).slice(1)).toEqual(none)
  })

  test('there are no barrels: import from the file that declares', () => {
    const barrel = /^export (\*|(type )?\{[^}]*\}) .*from /
    expect(source.flatMap((file) => linesMatching(file, barrel))).toEqual(none)
  })
})

describe('time, chance and settings', () => {
  const clocks = new Set(['infra/local/clock.ts', 'shared/clients/system-clock.ts'])
  const ambient =
    /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bMath\.random\b|\brandomUUID\b|\bperformance\.now\b|\bset(Timeout|Interval|Immediate)\b|\bAbortSignal\.timeout\b|node:timers/
  test('come from the Clock that is passed in', () => {
    const others = source.filter(({ path }) => !clocks.has(path))
    expect(others.flatMap((file) => linesMatching(file, ambient))).toEqual(none)
  })

  const configuration = new Set(['shared/runtime/config.ts'])
  test('the environment is read by configuration and infra: take a parameter', () => {
    const others = source.filter(
      ({ path }) => !configuration.has(path) && !path.startsWith('infra/'),
    )
    expect(others.flatMap((file) => linesMatching(file, /\bprocess\.env\b/))).toEqual(none)
  })
})

describe('size', () => {
  const lengths = source.map(({ lines }) => lines.length).toSorted((a, b) => a - b)
  test('no source file has more than 250 lines: it holds two ideas, split it', () => {
    expect(longerThan(250, source)).toEqual(none)
  })

  test('the median source file has at most 120 lines', () => {
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(121)
  })

  test("a function's index.ts only wires, in at most 15 lines: move logic to handler.ts", () => {
    expect(longerThan(15, entries)).toEqual(none)
  })
})

describe('names', () => {
  const folders = /^(\.ci|docs|events|functions|infra|shared|test)\//
  const named = files.filter(({ path, name }) => folders.test(path) && name !== 'README.md')

  test('are kebab-case', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/
    const wrong = named.filter(
      ({ path }) =>
        !path
          .replace(/^\./, '')
          .split('/')
          .every((part) => kebab.test(part)),
    )
    expect(wrong.map(({ path }) => path)).toEqual(none)
  })

  test('say what is inside: no utils, helpers, common, types, base, manager, service', () => {
    const vague = /(^|\/)(utils?|helpers?|common|types?|base|managers?|services?|misc|lib)(\/|\.)/
    expect(named.filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual(none)
  })

  test('index.ts is the entry of a function and nothing else', () => {
    const others = code.filter((file) => file.name === 'index.ts' && !entries.includes(file))
    expect(others.map(({ path }) => path)).toEqual(none)
  })
})

describe('text', () => {
  // This file holds the patterns themselves.
  const prose = texts.filter(({ path }) => path !== 'test/tidy.test.ts')
  const linesWith = (pattern: RegExp) =>
    prose.flatMap(({ path, lines }) =>
      lines.flatMap((line, index) =>
        pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      ),
    )

  test('every source file begins with a comment that says what it is for', () => {
    const bare = source.filter(
      ({ name, text }) => !name.includes('.config.') && !text.startsWith('// '),
    )
    expect(bare.map(({ path }) => path)).toEqual(none)
  })

  test('nothing is left for later in a comment: do it, or file an issue', () => {
    expect(linesWith(/\b(TODO|FIXME|XXX|HACK)\b/)).toEqual(none)
  })

  test('no path of a machine and no registry host: derive it from the file, or leave it out', () => {
    expect(linesWith(/(^|[\s'"`(=:])\/(work|root|home)\/|registry\.npmjs/)).toEqual(none)
  })

  test('no key is committed', () => {
    expect(linesWith(/-----BEGIN [A-Z ]*PRIVATE KEY|\bAIza[\w-]{35}\b|"private_key"/)).toEqual(none)
  })

  test('no test is switched off or run alone', () => {
    expect(linesWith(/\b(test|it|describe)\.(only|skip|todo|fails)\b/)).toEqual(none)
  })
})
