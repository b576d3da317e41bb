// An emulator that dies in the middle of a launch: one line says so, whoever waits is told within a limit, and the rest of the
// stack ends when it is stopped.
import { afterEach, describe, expect, test } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import { WORKSPACE } from '../loop/fixture.ts'
import { emulatorsMissing } from './emulators-missing.ts'
import { isGroupAlive } from './processes.ts'
import { ask, openWireSite, type WireSite } from './wire-site.ts'

/** What a caller may have to wait (ms), and what ending everything may take. */
const LIMIT_MS = 20_000
const missing = await emulatorsMissing()

/** How a call ended, if it did within the limit. */
async function endOf({ clock }: WireSite, call: Promise<unknown>): Promise<unknown> {
  const over = new AbortController()
  const limit = clock.sleep(LIMIT_MS, over.signal).then(
    () => 'still waiting',
    () => undefined,
  )
  const ended = call.then(
    () => 'done',
    (error: unknown) => error,
  )
  const first = await Promise.race([ended, limit])
  over.abort()
  return first
}

describe.runIf(missing === undefined)('in the middle of a launch', () => {
  let site: WireSite | undefined
  afterEach(async () => site?.stop())

  test.each([
    ['Firestore emulator', (each: WireSite) => each.stack.reader.get(WORKSPACE)],
    ['Pub/Sub emulator', (each: WireSite) => ask(each.stack, 'cluster', 1)],
  ] as const)(
    'the %s dies: one line, no hang, and everything ends',
    async (name, use) => {
      site = await openWireSite({ cloud: { speed: 20 } })
      const { stack } = site
      const processes = await stack.processes()
      const groups = processes.flatMap(({ pid }) => pid ?? [])
      expect(groups).toHaveLength(4)
      await ask(stack, 'workspace', 1)
      await site.reach(WORKSPACE, 'PROVISIONING')
      const victim = processes.find((each) => each.name === name)?.pid ?? 0
      process.kill(-victim, 'SIGKILL')

      // Asked at once, when nobody has heard of it.
      const ended = await endOf(site, use(site))
      expect(ended).toBeInstanceOf(CallError)
      expect(String(ended)).not.toContain('\n')
      await expect.poll(() => stack.broken.aborted, { timeout: LIMIT_MS }).toBe(true)
      expect(stack.broken.reason).toMatchObject({
        name: 'PartFailedError',
        message: `the ${name} ended (SIGKILL): start the stack again`,
      })
      // Nobody else has died of it.
      const others = groups.filter((group) => group !== victim)
      expect(others.filter(isGroupAlive)).toEqual(others)
      expect(await endOf(site, stack.counts())).toBe('done')
      expect(await endOf(site, stack.stop())).toBe('done')
      // Killed processes are in the table until the system has cleared them away.
      await expect.poll(() => groups.filter(isGroupAlive), { timeout: LIMIT_MS }).toEqual([])
    },
    90_000,
  )
})
