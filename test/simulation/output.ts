// What the simulation says: JSON values a line on standard output where asked for, words for people otherwise, and
// everything that is no result on standard error.
import { hours, minutes } from '../../shared/domain/time.ts'

export interface Output {
  /** A result. `words`: the same for people. */
  say(value: Readonly<Record<string, unknown>>, words: string): void
  /** How far it has come. */
  progress(words: string): void
}

export function outputTo(isJson: boolean): Output {
  return {
    say: (value, words) => void process.stdout.write(`${isJson ? JSON.stringify(value) : words}\n`),
    progress: (words) => void process.stderr.write(`${words}\n`),
  }
}

/** Rounded, with one decimal. */
export const inHours = (ms: number): number => Math.round((10 * ms) / hours(1)) / 10

/** Rounded. */
export const inMinutes = (ms: number): number => Math.round(ms / minutes(1))
