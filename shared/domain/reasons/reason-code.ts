// What the catalogue of termination and refusal codes says of each code, and the little language of its messages.
import type { Reason } from '../../../events/lifecycle.ts'

interface CodeEntry {
  readonly type: Reason['type']
  /** When it is said: the cause, in a sentence without an end, for docs/termination-codes.md. */
  readonly when: string
  /** What to do about it, for whoever reads the reason. */
  readonly mend: string
  /** Whether asking again without a change can help: at once, after a while, or never. */
  readonly again: 'yes' | 'later' | 'no'
  /** Not a code that Databricks' clients know: they show its message all the same. */
  readonly own?: true
}

/** Why something ended, or is not whole: Kindling knows the sentence. */
export interface TerminationEntry extends CodeEntry {
  /** `{name}` stands for a parameter; what is in brackets is left out when one of its parameters is not known. */
  readonly message: string
}

/** Why a request was refused: each refusal has its own sentence, field and mend. */
export type RefusalEntry = CodeEntry

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never
type Certain<Text extends string> = Text extends `${infer Before}[${string}]${infer After}`
  ? Certain<`${Before}${After}`>
  : Text
type Possible<Text extends string> = Text extends `${string}[${infer Inside}]${infer After}`
  ? Names<Inside> | Possible<After>
  : never

/** The parameters of a message; those in brackets may be left out. */
export type ParametersOf<Message extends string> = {
  readonly [Name in Names<Certain<Message>>]: string
} & { readonly [Name in Possible<Message>]?: string | undefined }

/** Parameters by name, in order of the text; `optional`: those in brackets. */
export function parametersOf(message: string): { name: string; optional: boolean }[] {
  const certain = new Set(namesIn(message.replaceAll(/\[[^\]]*\]/g, '')))
  return namesIn(message).map((name) => ({ name, optional: !certain.has(name) }))
}

/** The message with its parameters filled in. */
export function messageOf(
  message: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const known = (name: string): boolean => parameters[name] !== undefined
  const kept = message.replaceAll(/\[([^\]]*)\]/g, (_, inside: string) =>
    namesIn(inside).every(known) ? inside : '',
  )
  return kept.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? '')
}

function namesIn(message: string): string[] {
  return [...message.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? [])
}
