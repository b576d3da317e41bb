// `npm run contract`: the Kubernetes contract on the embedded engine and, where it is asked for, on a real API server, and how
// many of its cases hold.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programFiles } from '../kubernetes/program-files.ts'
import type { Command } from './arguments.ts'
import { ending } from './ending.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'
import { type Tally, type TestFiles, testRun } from './test-run.ts'

const flags = {
  real: {
    kind: 'switch',
    says: 'also on a real API server (npm run kubernetes:build), with two of them on one etcd, and compared with the embedded one at random',
  },
  ...jsonFlag,
} as const

const command: Command<typeof flags> = {
  usage: 'npm run contract --',
  says: 'Runs the Kubernetes contract: what Kindling relies on, on the embedded API server in process and over HTTP. An excepted case is one that the embedded server need not fulfil, with its reason.',
  flags,
}

const EMBEDDED: TestFiles = { config: 'vitest.config.ts', filter: 'test/contract/kubernetes' }
const REAL: TestFiles = { config: 'vitest.real.config.ts', filter: 'test/real' }

/** Answers the process's exit code: 1 when a case does not hold. */
export async function contract(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  return await ending(() =>
    runCommand(command, argv, async ({ real, json }) => {
      // Before anything runs: whether it can.
      if (real) programFiles(environment)
      const folder = await mkdtemp(join(tmpdir(), 'kindling-contract-'))
      try {
        const run = (files: TestFiles): Promise<Tally> => testRun(files, folder, environment)
        const tallies = {
          embedded: await run(EMBEDDED),
          ...(real ? { real: await run(REAL) } : {}),
        }
        return report(tallies, json)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }),
  )
}

function report(tallies: Readonly<Record<string, Tally>>, json: boolean): number {
  for (const [server, { exceptions, failures }] of Object.entries(tallies)) {
    for (const title of failures) console.error(`${server}: FAILED ${title}`)
    for (const title of exceptions) console.error(`${server}: ${title}`)
  }
  const counts = Object.entries(tallies).map(
    ([server, { passed, failures, exceptions }]) =>
      [server, { passed, failed: failures.length, excepted: exceptions.length }] as const,
  )
  if (json) console.log(JSON.stringify({ kind: 'summary', ...Object.fromEntries(counts) }))
  else
    for (const [server, { passed, failed, excepted }] of counts) {
      console.log(`${server}: ${passed} passed, ${failed} failed, ${excepted} excepted`)
    }
  const holds = counts.every(([, { passed, failed }]) => failed === 0 && passed > 0)
  return holds ? 0 : 1
}
