// `npm run bundle`: writes every function as a program of its own.
import { relative, resolve } from 'node:path'
import type { Command, Flag } from './arguments.ts'
import { ending } from './ending.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'
import { type Bundle, bundleFunctions } from '../bundle/bundle-functions.ts'

const OUT = '.cache/functions'

const flags = {
  out: { kind: 'text', value: 'DIRECTORY', says: `where to; what is in it is replaced (${OUT})` },
  ...jsonFlag,
} as const satisfies Record<string, Flag>

const command: Command<typeof flags> = {
  usage: 'npm run bundle --',
  says: 'Bundles each function into a program that listens on PORT: node DIRECTORY/step-due.mjs.',
  flags,
}

/** Answers the process's exit code. */
export async function bundle(argv: readonly string[]): Promise<number> {
  return await ending(() =>
    runCommand(command, argv, async ({ out = OUT, json }) => {
      const bundles = await bundleFunctions(resolve(out))
      if (json) {
        for (const each of bundles) console.log(JSON.stringify({ kind: 'bundle', ...each }))
      } else {
        console.log(table(bundles).join('\n'))
        console.log(`${bundles.length} functions in ${relative('.', resolve(out)) || '.'}`)
      }
      return 0
    }),
  )
}

function table(bundles: readonly Bundle[]): string[] {
  const width = Math.max(...bundles.map(({ name }) => name.length))
  return [
    `${'function'.padEnd(width)}  at start  with the first calls`,
    ...bundles.map(
      ({ name, bytes, lazyBytes }) =>
        `${name.padEnd(width)}  ${kilobytes(bytes)}  ${kilobytes(lazyBytes)}`,
    ),
  ]
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`.padStart(8)
