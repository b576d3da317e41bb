// Writes every file that is derived from a declaration: `npm run generate`. Tests compare the same texts with what
// stands in the repository, so a generated file is never edited by hand and never stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { eventFiles } from './generate/event-files.ts'
import { statesFile } from './generate/state-diagrams.ts'
import { terminationCodesFile } from './generate/termination-codes.ts'

const ROOT = join(import.meta.dirname, '..')

/** Content of every generated file, by path from the root of the repository. */
function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([...eventFiles(), ...terminationCodesFile(), ...statesFile()])
}

/** Writes the files that are missing or stale; answers their paths. */
export function writeGenerated(): string[] {
  return staleFiles().map((path) => {
    const file = join(ROOT, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, generatedFiles().get(path) ?? '')
    return path
  })
}

/** Paths whose content in the repository is not what the declarations say now. */
export function staleFiles(): string[] {
  return [...generatedFiles()]
    .filter(([path, content]) => contentOf(join(ROOT, path)) !== content)
    .map(([path]) => path)
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
