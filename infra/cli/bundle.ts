// `npm run bundle`: writes every function, and the agent of workspaces, as a program of its own.
import { join, relative, resolve } from 'node:path'
import type { Command, Flag } from './arguments.ts'
import { ending } from './ending.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'
import { bundleAgent } from '../bundle/bundle-agent.ts'
import { bundleFunctions } from '../bundle/bundle-functions.ts'
import type { Bundle } from '../bundle/program.ts'

const OUT = '.cache/functions'

const flags = {
  out: { kind: 'text', value: 'DIRECTORY', says: `where to; what is in it is replaced (${OUT})` },
  ...jsonFlag,
} as const satisfies Record<string, Flag>

const command: Command<typeof flags> = {
  usage: 'npm run bundle --',
  says: 'Bundles each function into a program that listens on PORT: node DIRECTORY/step-due.mjs; and the agent of workspaces, agent/agent.mjs.',
  flags,
}

/** Answers the process's exit code. */
export async function bundle(argv: readonly string[]): Promise<number> {
  return await ending(() =>
    runCommand(command, argv, async ({ out = OUT, json }) => {
      const functions = await bundleFunctions(resolve(out))
      const bundles = [...functions, await bundleAgent(join(resolve(out), 'agent'))]
      if (json) {
        for (const each of bundles) console.log(JSON.stringify({ kind: 'bundle', ...each }))
      } else {
        console.log(table(bundles).join('\n'))
        console.log(
          `${functions.length} functions and the agent in ${relative('.', resolve(out)) || '.'}`,
        )
      }
      return 0
    }),
  )
}

function table(bundles: readonly Bundle[]): string[] {
  const width = Math.max(...bundles.map(({ name }) => name.length))
  return [
    `${'program'.padEnd(width)}  at start  with the first calls`,
    ...bundles.map(
      ({ name, bytes, lazyBytes }) =>
        `${name.padEnd(width)}  ${kilobytes(bytes)}  ${kilobytes(lazyBytes)}`,
    ),
  ]
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`.padStart(8)
