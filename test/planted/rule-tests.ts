// Runs tests of rules with a bug planted in what they test.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PlantedBug } from './planted-bug.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The first test that fails, or undefined. */
export async function failingTest(bug: PlantedBug, file: string): Promise<string | undefined> {
  const config = 'test/planted/vitest.config.ts'
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', file, '--config', config]
  const folder = await mkdtemp(join(tmpdir(), 'kindling-planted-'))
  const report = join(folder, 'report.json')
  const child = spawn(process.execPath, [...vitest, '--reporter', 'json', '--outputFile', report], {
    cwd: ROOT,
    env: { ...process.env, KINDLING_PLANTED_BUG: bug.name, KINDLING_PLANTED_CACHE: folder },
    stdio: 'ignore',
  })
  await once(child, 'exit')
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as Report
  await rm(folder, { recursive: true })
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  if (tests.length === 0) throw new Error(`${bug.name}: ${file} has no tests, or cannot be loaded`)
  return tests.find(({ status }) => status === 'failed')?.fullName
}

/** What is read of vitest's JSON report. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}
