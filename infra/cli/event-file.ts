// An event file as it is to be published: its text, and the topic that its type travels on. Nothing here judges the event;
// that is the request's outcome.
import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { catalog } from '../../events/catalog.ts'
import { readBytes } from '../local/read-bytes.ts'
import { InputFault } from './input-fault.ts'
import { topicOf } from './request-outcome.ts'

export interface EventFile {
  readonly topic: string
  readonly text: string
}

/** Largest message that Pub/Sub takes (bytes). */
const MESSAGE_BYTES_MAX = 10_000_000
const STANDARD_INPUT = '-'

/** `folder`: what a relative path starts from. `topic`: in place of the one of the event's type. Throws InputFault. */
export async function readEventFile(
  file: string,
  folder: string,
  topic: string | undefined,
): Promise<EventFile> {
  const text = file === STANDARD_INPUT ? await readAll() : await readNamed(file, folder)
  const name = file === STANDARD_INPUT ? 'standard input' : file
  if (text === '') throw new InputFault(`${name} is empty`)
  checkSize(name, Buffer.byteLength(text))
  return { text, topic: topic ?? topicIn(name, text) }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'a folder, not an event file',
  EACCES: 'a file that may not be read',
}

async function readNamed(file: string, folder: string): Promise<string> {
  const path = isAbsolute(file) ? file : join(folder, file)
  try {
    checkSize(file, (await stat(path)).size)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof InputFault) throw error
    const { code } = error as NodeJS.ErrnoException
    const why = WHY[code ?? ''] ?? code ?? String(error)
    throw new InputFault(`${file}: ${why}, looked for in ${dirname(path)}`)
  }
}

async function readAll(): Promise<string> {
  const bytes = await readBytes(process.stdin, MESSAGE_BYTES_MAX, () => tooLarge('standard input'))
  return bytes.toString('utf8')
}

function checkSize(name: string, bytes: number): void {
  if (bytes > MESSAGE_BYTES_MAX) throw tooLarge(name)
}

function tooLarge(name: string): InputFault {
  return new InputFault(
    `${name} has more than ${MESSAGE_BYTES_MAX} bytes, the most that Pub/Sub takes; it was not sent`,
  )
}

function topicIn(name: string, text: string): string {
  const mend = '--topic TOPIC publishes it all the same'
  let event: unknown
  try {
    event = JSON.parse(text)
  } catch {
    throw new InputFault(`${name} is not JSON, so its topic is not known; ${mend}`)
  }
  const type = typeof event === 'object' && event && 'type' in event ? event.type : undefined
  const topic = topicOf(type)
  if (topic !== undefined) return topic
  const known = catalog.map((each) => each.type).join(', ')
  throw new InputFault(
    `${name} has the type ${JSON.stringify(type) ?? 'nothing'}, not one of ${known}; ${mend}`,
  )
}
