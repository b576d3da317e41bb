// The sample events of the repository, for tests that parse or publish them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Envelope } from '../events/envelope.ts'

const FOLDER = join(import.meta.dirname, '..', 'events', 'samples')

export interface EventSample {
  /** File name without its ending. */
  readonly name: string
  readonly text: string
  readonly event: Envelope
}

/** Every sample. Throws, naming the file, where one is not a CloudEvent. */
export const eventSamples: readonly EventSample[] = readdirSync(FOLDER)
  .toSorted()
  .map((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8')
    const parsed = Envelope.safeParse(JSON.parse(text))
    if (!parsed.success) throw new Error(`events/samples/${file}: ${parsed.error.message}`)
    return { name: file.replace(/\.json$/, ''), text, event: parsed.data }
  })

/** The data of the sample of that name, to be broken by a test. Throws where there is none. */
export function sampleData(name: string): Record<string, unknown> {
  const sample = eventSamples.find((candidate) => candidate.name === name)
  if (!sample) throw new Error(`no sample events/samples/${name}.json`)
  return structuredClone(sample.event.data) as Record<string, unknown>
}
