// The `kindling` commands as they are typed in a folder of their own, and what they say. Used by tests only.
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, vi } from 'vitest'
import { kindling } from '../infra/cli/kindling.ts'
import { type RealClock, realClock } from '../infra/local/clock.ts'

const samples = fileURLToPath(new URL('../events/samples/', import.meta.url))

export interface CommandLine {
  readonly clock: RealClock
  readonly folder: string
  /** Of one test. */
  readonly said: { out: string[]; error: string[] }
  /** Answers the exit code. */
  typed(this: void, ...argv: string[]): Promise<number>
  /** What was said with --json. */
  values(this: void): Record<string, unknown>[]
}

/** For the tests of a file: begins and ends with them. */
export function commandLine(): CommandLine {
  const clock = realClock()
  const folder = mkdtempSync(join(tmpdir(), 'kindling-cli-'))
  const said: CommandLine['said'] = { out: [], error: [] }
  beforeEach(() => {
    said.out = []
    said.error = []
    vi.spyOn(console, 'log').mockImplementation((line: string) => void said.out.push(line))
    vi.spyOn(console, 'error').mockImplementation((line: string) => void said.error.push(line))
  })
  afterEach(() => void vi.restoreAllMocks())
  afterAll(async () => {
    clock.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    clock,
    folder,
    said,
    typed: (...argv) => kindling(argv, { folder, environment: { INIT_CWD: samples } }),
    values: () =>
      said.out
        .flatMap((text) => text.split('\n'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}
