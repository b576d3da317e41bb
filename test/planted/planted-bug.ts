// A mistake that people make here, planted on purpose: a text edit of a source file that is applied when it is loaded, so
// that the shipped code knows nothing of it.

import type { Mode } from '../crash-points/mode.ts'
import type { DeliveryMode } from '../simulation/delivery-modes.ts'

/** `find` stands in the file exactly once. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

export interface PlantedBug {
  readonly name: string
  /** The mistake, in one sentence. */
  readonly says: string
  readonly edits: readonly Edit[]
  /** Scenarios of the crash points in which it is looked for first; then the seeds of the simulation come. */
  readonly scenarios: readonly string[]
  /** Seeds run with nothing wrong but this with their events. */
  readonly deliveries?: DeliveryMode
  /** Tests of a rule that show it, where no run does; and why none does. */
  readonly shownBy?: { readonly test: string; readonly because: string }
  /** Ways to go wrong that come before the others. */
  readonly modes?: readonly Mode[]
  /** A part of the calls that come before the others. */
  readonly call?: string
}

/** One edit. */
export function inFile(file: string, find: string, replace: string): readonly Edit[] {
  return [{ file, find, replace }]
}
