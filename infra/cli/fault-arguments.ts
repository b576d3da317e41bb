// `--name value` pairs of a fault, and its help texts. Pure: what is typed wrongly is an InputFault, before anything is sent.
import { CallError } from '../../shared/call-error.ts'
import { faultNames } from '../local/google-cloud/faults/fault-catalog.ts'
import { faultHelp, type FaultHelp } from '../local/google-cloud/faults/fault-help.ts'
import { readFault, readFaultName } from '../local/google-cloud/faults/read-fault.ts'
import { InputFault } from './input-fault.ts'

export interface TypedFault {
  readonly words: readonly string[]
  readonly parameters: Readonly<Record<string, string>>
  readonly json: boolean
  readonly help: boolean
}

/** Splits what was typed. Throws InputFault. */
export function readTyped(argv: readonly string[]): TypedFault {
  const words: string[] = []
  const parameters: Record<string, string> = {}
  const switches = new Set<string>()
  for (let index = 0; index < argv.length; index++) {
    const token = argv[index] ?? ''
    if (!token.startsWith('-')) {
      words.push(token)
      continue
    }
    if (token === '-h' || token === '--help' || token === '--json') {
      switches.add(token)
      continue
    }
    const [, name = '', given] = /^--([^=]+)(?:=(.*))?$/s.exec(token) ?? []
    if (name === '')
      throw new InputFault(`unexpected ${JSON.stringify(token)}; --help says what is taken`)
    const value = given ?? argv[++index]
    if (value === undefined || (given === undefined && value.startsWith('--')))
      throw new InputFault(`--${name} lacks its value`)
    if (Object.hasOwn(parameters, name)) throw new InputFault(`--${name} stands twice`)
    parameters[name] = value
  }
  const help = switches.has('-h') || switches.has('--help')
  return { words, parameters, json: switches.has('--json'), help }
}

/** Throws InputFault where the catalogue would refuse it. */
export function requireKnown(name: string, parameters: TypedFault['parameters'], clearing = false) {
  try {
    if (!clearing) return void readFault(name, parameters)
    const known = readFaultName(name)
    const names = faultHelp(known).parameters.map((parameter) => parameter.name)
    const stranger = Object.keys(parameters).find((key) => !names.includes(key))
    if (stranger !== undefined) readFault(known, { [stranger]: '' })
  } catch (error) {
    if (error instanceof CallError) throw new InputFault(`${error.message} (--help lists them)`)
    throw error
  }
}

const USAGE = [
  'Usage: npm run kindling -- cloud fault FAULT [--PARAMETER VALUE ...] [--json]',
  '       npm run kindling -- cloud fault list [--json]',
  '       npm run kindling -- cloud fault clear [FAULT] [--PARAMETER VALUE ...] [--json]',
]

function faultLines({ name, says, isOnce, parameters }: FaultHelp): string[] {
  const typed = parameters.map((each) => `--${each.name} ${shortened(each.takes)}`)
  const width = Math.max(0, ...typed.map(({ length }) => length))
  return [
    `  ${name}${isOnce ? ' (happens at once)' : ''}`,
    `    ${says}`,
    ...parameters.map(
      (each, index) =>
        `      ${(typed[index] ?? '').padEnd(width)}  ${each.says}${each.isRequired ? '; required' : ''}`,
    ),
  ]
}

/** Many words to choose from are told below. */
const shortened = (takes: string): string => (takes.length > 50 ? 'ONE' : takes)

export function allFaultsHelp(): string {
  return [
    ...USAGE,
    '',
    'Makes the simulated cloud fail, until the fault is cleared or the stack ends. Left-out parameters mean everywhere.',
    '',
    ...faultNames.flatMap((name) => [...faultLines(faultHelp(name)), '']),
    '"cloud fault FAULT --help" shows one, with all that its parameters may be.',
  ].join('\n')
}

export function oneFaultHelp(name: string): string {
  const help = faultHelp(readFaultName(name))
  const choices = help.parameters
    .filter(({ takes }) => shortened(takes) !== takes)
    .map((each) => `  --${each.name} is one of ${each.takes.replaceAll('|', ', ')}.`)
  return [...USAGE, '', ...faultLines(help), ...choices].join('\n')
}
