// A suite that needs both of Google's emulators. Where they are not, it fails under CI and is skipped, with the reason,
// elsewhere.
import { describe, expect, test } from 'vitest'
import { emulatorMissing } from '../../infra/local/emulators.ts'

export async function withEmulators(name: string, suite: () => void): Promise<void> {
  const missing = (await emulatorMissing('firestore')) ?? (await emulatorMissing('pubsub'))
  test('there are emulators', (context) => {
    context.skip(missing !== undefined && !process.env['CI'], missing)
    expect(missing).toBeUndefined()
  })
  describe.runIf(missing === undefined)(name, suite)
}
