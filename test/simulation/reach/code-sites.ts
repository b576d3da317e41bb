// The error branches of the shipped code: every catch block and every throw of what handlers run through, found in the
// source, so that none has to be marked there.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const FOLDERS = ['shared/domain', 'shared/steps', 'shared/runtime', 'functions'] as const

export interface CodeSite {
  /** The file and the line's text: it survives lines that move. */
  readonly probe: string
  readonly path: string
  readonly is: 'catch' | 'throw'
  /** After the `{` of a catch block, or after the `throw`, in characters from the start of the file. */
  readonly offset: number
}

/** Not what reads settings at a process's start, nor the shell that only a deployment has. */
const APART = /\/(config|function|log)\.ts$|\/index\.ts$|\.test\.ts$/
const SITE = /\bcatch\b(?: \([^)]*\))? \{|\bthrow (?=new|[a-z])/g

export function codeSites(): CodeSite[] {
  return FOLDERS.flatMap(filesIn).flatMap((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return [...blanked(text).matchAll(SITE)].map(({ index, 0: found }) => {
      const isCatch = found.startsWith('catch')
      const line = text.slice(text.lastIndexOf('\n', index) + 1, text.indexOf('\n', index)).trim()
      const first = isCatch ? ` ${firstIn(text, index + found.length)}` : ''
      return {
        probe: `code: ${path}: ${line}${first}`,
        path,
        is: isCatch ? 'catch' : 'throw',
        offset: index + found.length,
      }
    })
  })
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => path.endsWith('.ts') && !APART.test(path))
    .toSorted()
}

/** The first line of a block: tells one catch of a file from another. */
function firstIn(text: string, from: number): string {
  return text.slice(from).trimStart().split('\n')[0]?.trim() ?? ''
}

const blank = (comment: string): string => comment.replaceAll(/[^\n]/g, ' ')

/** Comments are blanked, with every offset kept. */
function blanked(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, blank).replaceAll(/(^|\s)\/\/[^\n]*/g, blank)
}
