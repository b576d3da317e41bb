// Where commands find the stacks that run in a working folder: one small file a stack in `.kindling/`, removed when it ends.
// What a killed stack has left is recognised, and removed by whoever looks next.
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isProcessAlive } from '../local/child-process.ts'

const FOLDER = '.kindling'
const Entry = z.object({ url: z.string(), pid: z.int().positive(), project: z.string() })
export type ControlEntry = z.infer<typeof Entry>

/** Answers a function that removes it again. */
export async function writeControlFile(
  folder: string,
  entry: ControlEntry,
): Promise<() => Promise<void>> {
  const directory = join(folder, FOLDER)
  await mkdir(directory, { recursive: true })
  const file = join(directory, `${entry.pid}-${new URL(entry.url).port}.json`)
  await writeFile(file, `${JSON.stringify(entry)}\n`)
  return async () => {
    await rm(file, { force: true })
    // Only when no other stack is in it.
    await rmdir(directory).catch(() => undefined)
  }
}

/** Stacks whose process is there; files of those that are gone are removed. */
export async function readControlFiles(folder: string): Promise<ControlEntry[]> {
  const directory = join(folder, FOLDER)
  const names = await readdir(directory).catch(() => [])
  const found: ControlEntry[] = []
  for (const name of names.filter((each) => each.endsWith('.json')).toSorted()) {
    const file = join(directory, name)
    const entry = parsed(await readFile(file, 'utf8').catch(() => ''))
    if (entry && isProcessAlive(entry.pid)) found.push(entry)
    else await rm(file, { force: true })
  }
  return found
}

function parsed(text: string): ControlEntry | undefined {
  try {
    return Entry.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
