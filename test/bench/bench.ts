// What a bench is: one question, answered in figures.
import type { Figure } from './figure.ts'

export interface BenchOptions {
  /** Repeats of what is repeated; each bench has its own number. */
  readonly repeats: number | undefined
  /** How far it has come, for people. */
  readonly progress: (words: string) => void
}

export interface Bench {
  readonly name: string
  /** The question. */
  readonly asks: string
  readonly run: (options: BenchOptions) => Promise<readonly Figure[]>
}
