// The flags and words of a command, read strictly: what is unknown or out of range is one clear line, never a guess.
// Pure: the command prints what this answers, and ends with code 2 on an InputFault.
import { parseArgs } from 'node:util'
import { InputFault } from './input-fault.ts'

export type Flag =
  | { readonly kind: 'switch'; readonly says: string }
  | {
      readonly kind: 'number'
      readonly says: string
      readonly least: number
      readonly most: number
      readonly whole?: boolean
    }
  | { readonly kind: 'choice'; readonly says: string; readonly choices: readonly string[] }
  /** `value`: what stands for it in the help text. */
  | { readonly kind: 'text'; readonly says: string; readonly value: string }

/** A word without a flag, such as a file. */
export interface Word {
  readonly name: string
  readonly says: string
  readonly isOptional?: boolean
}

export interface Command<Flags extends Record<string, Flag>> {
  /** As it is typed: `npm run demo --`. */
  readonly usage: string
  /** One or two sentences. */
  readonly says: string
  readonly flags: Flags
  /** In order; the optional ones last. */
  readonly words?: readonly Word[]
}

/** A flag that was not given is undefined; a switch that was not given is false. */
export type Arguments<Flags extends Record<string, Flag>> = {
  readonly [Name in keyof Flags]: Flags[Name] extends { kind: 'switch' }
    ? boolean
    : Valued<Flags[Name]> | undefined
}
type Valued<Given extends Flag> = Given extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Given extends { kind: 'number' }
    ? number
    : string

/** Reads flags and words, or answers the help text where `--help` stands among them. Throws InputFault. */
export function readArguments<Flags extends Record<string, Flag>>(
  command: Command<Flags>,
  argv: readonly string[],
):
  | { readonly help: string }
  | { readonly given: Arguments<Flags>; readonly words: readonly string[] } {
  const { values, positionals } = parse(command, argv)
  if (values['help'] === true) return { help: helpText(command) }
  const given = Object.entries(command.flags).map(([name, flag]) => [
    name,
    read(name, flag, values[name]),
  ])
  // Object.fromEntries forgets which key has which type.
  return {
    given: Object.fromEntries(given) as Arguments<Flags>,
    words: wordsOf(command, positionals),
  }
}

function parse(
  { flags, words = [] }: Command<Record<string, Flag>>,
  argv: readonly string[],
): { values: Record<string, unknown>; positionals: string[] } {
  const options = Object.entries(flags).map(([name, flag]) => [
    name,
    { type: flag.kind === 'switch' ? 'boolean' : 'string' } as const,
  ])
  try {
    const all = { ...Object.fromEntries(options), help: { type: 'boolean' } as const }
    const allowPositionals = words.length > 0
    return parseArgs({ args: [...argv], options: all, strict: true, allowPositionals })
  } catch (error) {
    // Node explains at length; the first sentence says what is wrong, but for one.
    const [first = ''] = String(error instanceof Error ? error.message : error)
      .replace(/^Option '([^' ]+).*is ambiguous/, '$1 lacks its value')
      .split(/\.\s/)
    throw new InputFault(`${first.replace(/\.$/, '')}; --help lists the flags`)
  }
}

function wordsOf({ words = [] }: Command<Record<string, Flag>>, given: string[]): string[] {
  const lacking = words.find(({ isOptional }, index) => !isOptional && !given[index])
  if (lacking) throw new InputFault(`${lacking.name} is missing: ${lacking.says}`)
  const extra = given[words.length]
  if (extra !== undefined)
    throw new InputFault(`unexpected ${JSON.stringify(extra)}; --help says what is taken`)
  return given
}

function read(name: string, flag: Flag, value: unknown): boolean | number | string | undefined {
  if (flag.kind === 'switch') return value === true
  if (typeof value !== 'string') return undefined
  if (accepts(flag, value)) return flag.kind === 'number' ? Number(value) : value
  throw new InputFault(`--${name} is ${JSON.stringify(value)}; it must be ${allowed(flag)}`)
}

type ValuedFlag = Exclude<Flag, { kind: 'switch' }>

function accepts(flag: ValuedFlag, value: string): boolean {
  if (flag.kind === 'text') return value !== ''
  if (flag.kind === 'choice') return flag.choices.includes(value)
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
  return number >= flag.least && number <= flag.most && (!flag.whole || Number.isInteger(number))
}

function allowed(flag: ValuedFlag): string {
  if (flag.kind === 'text') return `a ${flag.value}`
  if (flag.kind === 'choice') return flag.choices.join(' or ')
  return `a ${flag.whole ? 'whole ' : ''}number from ${flag.least} to ${flag.most}`
}

function helpText(command: Command<Record<string, Flag>>): string {
  const { usage, says, flags, words = [] } = command
  const typed = words.map(({ name, isOptional }) => (isOptional ? `[${name}]` : name))
  const rows = words.map(({ name, says }): [string, string] => [name, says])
  rows.push(...Object.entries(flags).map(([name, flag]) => helpRow(name, flag)))
  rows.push(['--help', 'show this'])
  const width = Math.max(...rows.map(([left]) => left.length))
  const list = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
  return [`Usage: ${[usage, ...typed].join(' ')} [flags]`, '', says, '', ...list].join('\n')
}

function helpRow(name: string, flag: Flag): [flag: string, says: string] {
  if (flag.kind === 'switch') return [`--${name}`, flag.says]
  if (flag.kind === 'choice') return [`--${name} ${flag.choices.join('|')}`, flag.says]
  if (flag.kind === 'text') return [`--${name} ${flag.value}`, flag.says]
  return [`--${name} N`, `${flag.says}: ${allowed(flag)}`]
}
