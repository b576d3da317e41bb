// What a version has left behind: everything that it wrote, heard and did to the world in one rich life, with the moments at
// which a later version may take over. One folder a version; one JSON value a line.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Fields, WorkspaceIdentity } from '../../shared/ports.ts'

/** A document as it was from then on; gone when it has no data. */
export interface Written {
  readonly at: number
  readonly path: string
  readonly data?: Fields
}

/** A message on a topic that a function listens to. */
export interface Heard {
  readonly at: number
  readonly topic: string
  readonly data: string
}

/** A call that changed the world, or may have, with its answer. */
export interface Done {
  readonly at: number
  readonly port: 'gke' | 'network' | 'kubernetes' | 'bus'
  readonly workspace?: WorkspaceIdentity
  readonly endpoint?: string
  readonly method: string
  readonly args: readonly unknown[]
  readonly answer?: unknown
}

/** When a later version may take over, and what the world called its things then. */
export interface Handover {
  readonly at: number
  readonly name: string
  readonly workspaces: readonly WorkspaceIdentity[]
  readonly looks: readonly unknown[]
}

export interface Recording {
  readonly version: string
  readonly written: readonly Written[]
  readonly heard: readonly Heard[]
  readonly done: readonly Done[]
  readonly handovers: readonly Handover[]
}

const ROOT = import.meta.dirname
const PARTS = ['written', 'heard', 'done', 'handovers'] as const

/** Versions with a recording, oldest first. */
export function recordedVersions(): string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^\d+\.\d+\.\d+$/.test(entry.name))
    .map(({ name }) => name)
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
}

export function readRecording(version: string): Recording {
  const read = <Line>(part: string): Line[] => {
    const text = gunzipSync(readFileSync(join(ROOT, version, `${part}.jsonl.gz`))).toString('utf8')
    // Written by `writeRecording`.
    return text.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as Line)))
  }
  return {
    version,
    written: read<Written>('written'),
    heard: read<Heard>('heard'),
    done: read<Done>('done'),
    handovers: read<Handover>('handovers'),
  }
}

/** Answers the folder. */
export function writeRecording(recording: Recording): string {
  const folder = join(ROOT, recording.version)
  mkdirSync(folder, { recursive: true })
  for (const part of PARTS) {
    const lines = recording[part].map((line) => `${JSON.stringify(line)}\n`)
    writeFileSync(join(folder, `${part}.jsonl.gz`), gzipSync(lines.join(''), { level: 9 }))
  }
  return folder
}

/** The documents as they stood then, by path. */
export function documentsAt({ written }: Recording, at: number): Map<string, Fields> {
  const found = new Map<string, Fields>()
  for (const each of written) {
    if (each.at > at) break
    if (each.data) found.set(each.path, each.data)
    else found.delete(each.path)
  }
  return found
}
