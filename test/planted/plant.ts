// Applies planted bugs to sources as Node loads them, in this thread alone. A snippet that is not there exactly once stops
// the run, because a bug that is not planted proves nothing when it is not caught.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Edit, PlantedBug } from './planted-bug.ts'

const ROOT = new URL('../../', import.meta.url)

/** Where a file of the repository is on this machine. */
export const fileOf = (file: string): string => fileURLToPath(new URL(file, ROOT))

export function edited(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find)
  const [before, after] = parts
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw new Error(`${file} has ${parts.length - 1} times, not once: ${find}`)
  }
  return before + replace + after
}

/** Throws where an edit does not fit the source as it is. */
export function checkFits({ edits }: PlantedBug): void {
  const files = new Map<string, string>()
  for (const edit of edits) {
    const source = files.get(edit.file) ?? readFileSync(fileOf(edit.file), 'utf8')
    files.set(edit.file, edited(source, edit))
  }
}

/** From now on this thread loads the sources with the bug in them. Nothing of the product may be loaded before. */
export function plant(bug: PlantedBug): void {
  checkFits(bug)
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      const edits = bug.edits.filter(({ file }) => url === new URL(file, ROOT).href)
      if (edits.length === 0 || loaded.source === undefined || loaded.source === null) return loaded
      const text = Buffer.from(loaded.source as Uint8Array).toString('utf8')
      return { ...loaded, source: edits.reduce(edited, text) }
    },
  })
}
