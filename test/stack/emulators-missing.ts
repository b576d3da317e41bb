// For suites that need both of Google's emulators: where they are not, such a suite fails under CI and is skipped, with the
// reason, elsewhere.
import { expect, test } from 'vitest'
import { emulatorMissing } from '../../infra/local/emulators.ts'

/** Registers the test that says so. Answers the reason, or undefined. */
export async function emulatorsMissing(): Promise<string | undefined> {
  const missing = (await emulatorMissing('firestore')) ?? (await emulatorMissing('pubsub'))
  test('there are emulators', (context) => {
    context.skip(missing !== undefined && !process.env['CI'], missing)
    expect(missing).toBeUndefined()
  })
  return missing
}
