// How a command ends: what people typed wrongly, and what is not there, is one clear line and an exit code; only faults of
// ours show where they come from.
import { CallError } from '../../shared/call-error.ts'
import { GoBuildError, GoMissingError } from '../kubernetes/go-build.ts'
import { ProgramsMissingError } from '../kubernetes/program-files.ts'
import { EmulatorFailedError } from '../local/emulator-process.ts'
import { EmulatorMissingError } from '../local/emulators.ts'
import { PartFailedError } from '../local/stack/part-failed.ts'
import { INPUT_FAULT_EXIT_CODE, InputFault } from './input-fault.ts'

const FORESEEN = [
  CallError,
  EmulatorFailedError,
  EmulatorMissingError,
  GoBuildError,
  ProgramsMissingError,
]

/** Answers the process's exit code. */
export async function ending(command: () => Promise<number>): Promise<number> {
  try {
    return await command()
  } catch (error) {
    if (error instanceof InputFault || error instanceof GoMissingError) {
      console.error(error.message)
      return INPUT_FAULT_EXIT_CODE
    }
    if (error instanceof PartFailedError) {
      console.error(error.message)
      if (error.log !== '') console.error(`Its log ends with:\n${error.log}`)
      return 1
    }
    const isForeseen = FORESEEN.some((kind) => error instanceof kind)
    if (!isForeseen || !(error instanceof Error)) throw error
    console.error(error.message)
    return 1
  }
}
