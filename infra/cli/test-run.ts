// One run of test files in a process of its own, counted. What the runner says goes to standard error as it comes.
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

export interface TestFiles {
  /** From the repository's root. */
  readonly config: string
  /** Files whose path contains it. */
  readonly filter: string
}

export interface Tally {
  readonly passed: number
  /** Their titles. */
  readonly failures: readonly string[]
  /** Titles that say why. */
  readonly exceptions: readonly string[]
}

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
})

const root = fileURLToPath(new URL('../../', import.meta.url))
const runner = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const EXCEPTED = '(excepted: '

/** `folder`: for its report. A file that cannot be run is a failure. */
export async function testRun(
  { config, filter }: TestFiles,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<Tally> {
  const file = join(folder, `${config}.json`)
  const words = ['run', '--config', config, '--reporter=default', '--reporter=json']
  const child = spawn(process.execPath, [runner, ...words, `--outputFile.json=${file}`, filter], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 2, 2],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
  return tallyOf(Report.parse(JSON.parse(await readFile(file, 'utf8'))))
}

function tallyOf({ testResults }: z.infer<typeof Report>): Tally {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const passed = tests.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName)
  const failures = tests.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName)
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const exceptions = passed.filter((title) => title.includes(EXCEPTED))
  return {
    passed: passed.length - exceptions.length,
    failures: [...failures, ...broken.map(({ name }) => name)],
    exceptions,
  }
}
