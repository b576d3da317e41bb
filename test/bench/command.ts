// `npm run bench`: measures one thing or all, and prints figures beside what they should be. It judges nothing: a missed
// target is printed, and is no failure of the command.
import type { Command, Flag } from '../../infra/cli/arguments.ts'
import { ending } from '../../infra/cli/ending.ts'
import { InputFault } from '../../infra/cli/input-fault.ts'
import { runCommand } from '../../infra/cli/run-command.ts'
import { jsonFlag } from '../../infra/cli/stack-flags.ts'
import type { Bench } from './bench.ts'
import { benches } from './benches.ts'
import { type Figure, figureJson, figureLine } from './figure.ts'
import { machineLine, thisMachine } from './machine.ts'

const flags = {
  repeats: {
    kind: 'number',
    says: 'how often what is repeated is measured',
    least: 1,
    most: 100,
    whole: true,
  },
  kubernetes: {
    kind: 'choice',
    says: 'of the stack that launches are measured on: embedded, or a real control plane for each GKE cluster (embedded)',
    choices: ['embedded', 'managed'],
  },
  ...jsonFlag,
} as const satisfies Record<string, Flag>

const command: Command<typeof flags> = {
  usage: 'npm run bench --',
  says: [
    'Measures, on this machine, and prints figures beside their targets:',
    ...benches.map(({ name, asks }) => `  ${name.padEnd(20)} ${asks}`),
  ].join('\n'),
  flags,
  words: [{ name: 'NAME', says: 'one of them; all of them without it', isOptional: true }],
}

/** Answers the process's exit code. */
export async function bench(argv: readonly string[]): Promise<number> {
  return await ending(() =>
    runCommand(command, argv, async ({ repeats, kubernetes, json }, [name]) => {
      const chosen = name === undefined ? benches : [named(name)]
      const machine = thisMachine()
      write(json ? JSON.stringify(machine) : machineLine(machine))
      for (const each of chosen) {
        if (!json) write(`\n${each.name}: ${each.asks}`)
        tell(each, await each.run({ repeats, kubernetes, progress }), json)
      }
      return 0
    }),
  )
}

function named(name: string): Bench {
  const found = benches.find((each) => each.name === name)
  if (found) return found
  const known = benches.map((each) => each.name).join(', ')
  throw new InputFault(`there is no bench ${JSON.stringify(name)}; there are ${known}`)
}

function tell({ name }: Bench, figures: readonly Figure[], json: boolean): void {
  const width = Math.max(...figures.map((figure) => figure.name.length))
  for (const figure of figures)
    write(json ? JSON.stringify(figureJson(name, figure)) : figureLine(figure, width))
}

const write = (line: string): void => void process.stdout.write(`${line}\n`)
const progress = (words: string): void => void process.stderr.write(`${words}\n`)
