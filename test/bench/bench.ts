// What a bench is: one question, answered in figures.
import type { KubernetesChoice } from '../../infra/local/stack/kubernetes-choice.ts'
import type { Figure } from './figure.ts'

export interface BenchOptions {
  /** Repeats of what is repeated; each bench has its own number. */
  readonly repeats: number | undefined
  /** Of the stack that launches are measured on; what the environment says unless given. */
  readonly kubernetes: KubernetesChoice | undefined
  /** How far it has come, for people. */
  readonly progress: (words: string) => void
}

export interface Bench {
  readonly name: string
  /** The question. */
  readonly asks: string
  readonly run: (options: BenchOptions) => Promise<readonly Figure[]>
}
