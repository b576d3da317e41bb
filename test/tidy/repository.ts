// The files of the repository as git sees them: tracked, or new and not ignored.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')

export interface RepositoryFile {
  /** From the root, with `/`. */
  readonly path: string
  readonly name: string
  readonly text: string
  readonly lines: readonly string[]
}

export const files: readonly RepositoryFile[] = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)))
  .map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return { path, name: basename(path), text, lines: text.split('\n') }
  })

const isTest = (file: RepositoryFile): boolean =>
  file.name.endsWith('.test.ts') || file.path.startsWith('test/')

export const code = files.filter(({ name }) => /\.m?ts$/.test(name))
/** What runs outside tests. */
export const source = code.filter((file) => !isTest(file))
export const texts = files.filter(({ name }) => name !== 'package-lock.json' && name !== 'LICENSE')

/** Complaints, one for each line of the file that the pattern matches outside comments. */
export function linesMatching(file: RepositoryFile, pattern: RegExp): string[] {
  return withoutComments(file.text)
    .split('\n')
    .flatMap((line, index) =>
      pattern.test(line) ? [`${file.path}:${index + 1}: ${line.trim()}`] : [],
    )
}

/** The same text, line by line, with comments blanked. A `//` within text counts as comment only after a space. */
export function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|\s)\/\/[^\n]*/g, '$1')
}
