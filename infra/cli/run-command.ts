// What every command does with what was typed: shows its help text, or does its work.
import { type Arguments, type Command, type Flag, readArguments } from './arguments.ts'

/** Answers the process's exit code. Throws InputFault. */
export async function runCommand<Flags extends Record<string, Flag>>(
  command: Command<Flags>,
  argv: readonly string[],
  work: (given: Arguments<Flags>, words: readonly string[]) => Promise<number>,
): Promise<number> {
  const read = readArguments(command, argv)
  if (!('help' in read)) return await work(read.given, read.words)
  console.log(read.help)
  return 0
}
