// `kindling cloud ...`: what people may do to the simulated cloud while it runs.
import type { Command, Flag } from './arguments.ts'
import { type ControlClient, findControl } from './control-client.ts'
import { allFaultsHelp, oneFaultHelp, readTyped, requireKnown } from './fault-arguments.ts'
import { InputFault } from './input-fault.ts'
import type { Context } from './kindling.ts'
import { findEntity } from './listed-entities.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'
import { namespaceIn } from './stack-session.ts'

const HELP = [
  'Usage: npm run kindling -- cloud COMMAND',
  '',
  'Makes the simulated Google Cloud of the stack that runs here behave as badly as the real one.',
  '',
  '  fault FAULT [--PARAMETER VALUE ...]  set a fault; also: fault list, fault clear [FAULT]',
  '  lose-node TARGET                     a machine of a cluster, or this node, dies without a word',
  '  preempt TARGET                       it is taken away with 15 s notice, as spot machines are',
  '',
  '"cloud fault --help" lists every fault with its parameters.',
].join('\n')

const SUBCOMMANDS = ['fault', 'lose-node', 'preempt']

export async function cloud(argv: readonly string[], context: Context): Promise<number> {
  const [name, ...rest] = argv
  if (name === '--help' || name === '-h') {
    console.log(HELP)
    return 0
  }
  if (name === 'fault') return await fault(rest, context)
  if (name === 'lose-node' || name === 'preempt') return await takeNode(name, rest, context)
  const known = SUBCOMMANDS.join(', ')
  throw new InputFault(
    name === undefined
      ? `a command is missing: ${known}; --help says what they do`
      : `unknown command ${JSON.stringify(name)}: it must be ${known}; --help says what they do`,
  )
}

async function fault(argv: readonly string[], context: Context): Promise<number> {
  const { words, parameters, json, help } = readTyped(argv)
  const [first, second] = words
  const name = first === 'clear' ? second : first
  if (help) {
    console.log(name === undefined || name === 'list' ? allFaultsHelp() : helpOf(name))
    return 0
  }
  if (first === undefined)
    throw new InputFault('FAULT is missing: one of --help, or list, or clear')
  const extra = words[first === 'clear' ? 2 : 1]
  if (extra !== undefined)
    throw new InputFault(`unexpected ${JSON.stringify(extra)}; --help says what is taken`)
  const say = (value: object, line: string): void =>
    console.log(json ? JSON.stringify(value) : line)
  if (first === 'list') {
    if (Object.keys(parameters).length > 0) throw new InputFault('list takes no parameters')
    await list(await findControl(context), json)
    return 0
  }
  if (first === 'clear') {
    if (second !== undefined) requireKnown(second, parameters, true)
    else if (Object.keys(parameters).length > 0)
      throw new InputFault('clear with parameters needs the FAULT that they are of')
    const count = await (await findControl(context)).faults.clear(second, parameters)
    say({ kind: 'cleared', count }, count === 1 ? 'cleared 1 fault' : `cleared ${count} faults`)
    return 0
  }
  requireKnown(first, parameters)
  const says = await (await findControl(context)).faults.set(first, parameters)
  say({ kind: 'fault', name: first, says }, says)
  return 0
}

function helpOf(name: string): string {
  requireKnown(name, {}, true)
  return oneFaultHelp(name)
}

async function list({ faults }: ControlClient, json: boolean): Promise<void> {
  const all = await faults.list()
  if (json) for (const each of all) console.log(JSON.stringify({ kind: 'fault', ...each }))
  else if (all.length === 0) console.log('no fault holds')
  else
    for (const { name, parameters, since, struck } of all) {
      const texts = Object.entries(parameters).map(([key, value]) => `--${key} ${String(value)}`)
      const times = struck > 0 ? `, struck ${struck} times` : ''
      console.log(`${[name, ...texts].join(' ')}  since ${since}${times}`)
    }
}

const nodeFlags = {
  role: {
    kind: 'choice',
    says: "whose, of a cluster's pods (executor)",
    choices: ['driver', 'executor'],
  },
  count: { kind: 'number', says: 'how many', least: 1, most: 1000, whole: true },
  ...jsonFlag,
} as const satisfies Record<string, Flag>

function takeNode(
  name: 'lose-node' | 'preempt',
  argv: readonly string[],
  context: Context,
): Promise<number> {
  const command: Command<typeof nodeFlags> = {
    usage: `npm run kindling -- cloud ${name}`,
    says:
      name === 'lose-node'
        ? 'A machine dies without a word.'
        : 'A machine is taken away, after 15 s of notice.',
    flags: nodeFlags,
    words: [{ name: 'TARGET', says: 'a cluster, such as etl, or the name of a node' }],
  }
  return runCommand(command, argv, async ({ role, count, json }, [target = '']) => {
    const control = await findControl(context)
    const meant = await targetOf(target, control)
    const says = await control.faults.set(name, { ...meant, role, count })
    console.log(json ? JSON.stringify({ kind: 'fault', name, says }) : says)
    return 0
  })
}

/** Nodes of GKE are named after their cluster and pool; a Spark cluster never is. */
async function targetOf(
  target: string,
  control: ControlClient,
): Promise<{ node: string } | { namespace: string }> {
  if (/^gke-.+-[0-9a-f]{8}-[a-z0-9]{4}$/.test(target)) return { node: target }
  const { path, entity } = findEntity(target, await control.list())
  if (entity.kind !== 'cluster')
    throw new InputFault(`${target} is a ${entity.kind}, not a cluster`)
  const stored = await control.entity(path)
  const namespace = namespaceIn(stored?.ledger ?? [])
  if (namespace !== undefined) return { namespace }
  throw new InputFault(`${target} has no nodes: it is ${entity.state}`)
}
