// An emulator for one test file. Where there is none the suite fails under CI and is skipped, with the reason, elsewhere.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type RealClock, realClock } from '../../infra/local/clock.ts'
import {
  clientEnvironment,
  type EmulatorName,
  emulatorMissing,
  startEmulator,
} from '../../infra/local/emulators.ts'

export interface EmulatorForTests {
  readonly host: string
  readonly clock: RealClock
  stop(): Promise<void>
}

/** Registers the suite, which starts the emulator with the function it is given. */
export async function withEmulator(
  name: EmulatorName,
  suite: (start: () => Promise<EmulatorForTests>) => void,
): Promise<void> {
  const missing = await emulatorMissing(name)
  test(`there is a ${name} emulator`, (context) => {
    context.skip(missing !== undefined && !process.env['CI'], missing)
    expect(missing).toBeUndefined()
  })
  if (missing !== undefined) return
  Object.assign(process.env, clientEnvironment)
  suite(async () => {
    const clock = realClock()
    const logDirectory = await mkdtemp(join(tmpdir(), 'kindling-emulator-'))
    const emulator = await startEmulator(name, { clock, logDirectory })
    return {
      host: emulator.host,
      clock,
      async stop() {
        await emulator.stop()
        clock.stop()
        await rm(logDirectory, { recursive: true, force: true })
      },
    }
  })
}
