// The stack on the wire as a whole: it comes up, leaves nothing behind however it ends, says what broke, and two of them do
// not meet. Where there are no emulators the suite fails under CI and is skipped, with the reason, elsewhere.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { readOutcome, requestAt } from '../../infra/cli/request-outcome.ts'
import { realClock } from '../../infra/local/clock.ts'
import { emulatorMissing } from '../../infra/local/emulators.ts'
import { makeLogDirectory } from '../../infra/local/stack/log-directory.ts'
import { PartFailedError } from '../../infra/local/stack/part-failed.ts'
import { startWire, type WireOptions } from '../../infra/local/stack/wire.ts'
import type { WireStack } from '../../infra/local/stack/wire-stack.ts'
import { isGroupAlive } from './processes.ts'

const missing = (await emulatorMissing('firestore')) ?? (await emulatorMissing('pubsub'))
const clock = realClock()
const standIn = new URL('functions-stand-in.ts', import.meta.url)
const stacks: WireStack[] = []
afterAll(async () => {
  await Promise.all(stacks.map((stack) => stack.stop()))
  clock.stop()
})

afterEach(() => void vi.unstubAllEnvs())

/** Time that a stack may take on a machine that does much else (ms). */
const LIMIT = 90_000

async function start(options: Partial<WireOptions> = {}): Promise<WireStack> {
  const stack = await startWire({ clock, ...options })
  stacks.push(stack)
  return stack
}

async function groupsOf(stack: WireStack): Promise<number[]> {
  return (await stack.processes()).flatMap(({ pid }) => pid ?? [])
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = clock.now() + 20_000
  while (!(await holds())) {
    if (clock.now() > limit) throw new Error(`${what}: not in 20 s`)
    await clock.sleep(20)
  }
}

const sample = (name: string): string =>
  readFileSync(new URL(`../../events/samples/${name}.json`, import.meta.url), 'utf8')

test('there are emulators', (context) => {
  context.skip(missing !== undefined && !process.env['CI'], missing)
  expect(missing).toBeUndefined()
})

describe.runIf(missing === undefined)('a stack on the wire', () => {
  test(
    'comes up as four processes, and leaves neither a process nor a file behind',
    async () => {
      const stack = await start({ mains: { functions: standIn } })
      const groups = await groupsOf(stack)
      expect(groups).toHaveLength(4)
      expect(groups.every(isGroupAlive)).toBe(true)
      expect(stack.project).toMatch(/^demo-/)
      expect(await stack.workspaces()).toEqual([])
      expect(await stack.resources()).toEqual([])
      const [, , , killed = 0] = groups
      await stack.killFunctions()
      expect(isGroupAlive(killed)).toBe(false)
      await stack.startFunctions()
      expect(await stack.counts()).toMatchObject({ invocations: 0 })
      const all = [...groups, ...(await groupsOf(stack))]
      await stack.stop()
      expect(all.filter(isGroupAlive)).toEqual([])
      expect(existsSync(stack.logDirectory)).toBe(false)
      expect(stack.broken.aborted).toBe(false)
    },
    LIMIT,
  )

  test(
    'says in one line that an emulator has died',
    async () => {
      const stack = await start({ mains: { functions: standIn } })
      const [firestore = 0] = await groupsOf(stack)
      process.kill(-firestore, 'SIGKILL')
      await until('the news', () => stack.broken.aborted)
      expect(stack.broken.reason).toMatchObject({
        name: 'PartFailedError',
        message: 'the Firestore emulator ended (SIGKILL): start the stack again',
        log: '',
      })
      await stack.stop()
    },
    LIMIT,
  )

  test(
    'ends with a parent that is killed',
    async () => {
      const words = [fileURLToPath(new URL('wire-parent.ts', import.meta.url))]
      const parent = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
      const lines = createInterface({ input: parent.stdout })
      const [line] = (await once(lines, 'line')) as [string]
      const { groups, logDirectory } = JSON.parse(line) as {
        groups: number[]
        logDirectory: string
      }
      expect(groups).toHaveLength(4)
      expect(groups.every(isGroupAlive)).toBe(true)
      parent.kill('SIGKILL')
      await until('the end of all', () => !groups.some(isGroupAlive))
      // Its logs go when somebody starts the next one.
      await rm(await makeLogDirectory(), { recursive: true })
      expect(existsSync(logDirectory)).toBe(false)
    },
    LIMIT,
  )

  test(
    'tries other ports when one was taken',
    async () => {
      vi.stubEnv('KINDLING_TEST_MARK', join(tmpdir(), `kindling-mark-${process.pid}`))
      const mark = process.env['KINDLING_TEST_MARK'] ?? ''
      try {
        const functions = new URL('unlucky-main.ts', import.meta.url)
        const stack = await start({ mains: { functions } })
        expect(existsSync(mark)).toBe(true)
        expect(await stack.counts()).toMatchObject({ invocations: 0 })
        await stack.stop()
      } finally {
        await rm(mark, { force: true })
      }
    },
    LIMIT,
  )

  test(
    'says what to do where the chosen port is taken',
    async () => {
      const squatter = createServer()
      await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
      // A TCP server's address is never a path.
      const { port } = squatter.address() as AddressInfo
      vi.stubEnv('KINDLING_PORT', String(port))
      const folder = await mkdtemp(join(tmpdir(), 'kindling-wire-'))
      vi.stubEnv('TMPDIR', folder)
      const failed = await startWire({ clock }).catch((error: unknown) => error)
      squatter.close()
      expect(failed).toBeInstanceOf(PartFailedError)
      expect(String(failed)).toMatch(/functions process ended \(code 1\).*set KINDLING_PORT/)
      expect(String(failed)).not.toContain('\n')
      expect(await readdir(folder)).toEqual([])
      await rm(folder, { recursive: true })
    },
    LIMIT,
  )

  test(
    'does not meet another beside it, and hears gcloud',
    async () => {
      const [one, other] = await Promise.all([start(), start()])
      const request = sample('workspace-requested')
      const { stdout } = await promisify(execFile)(
        'gcloud',
        ['pubsub', 'topics', 'publish', 'workspace-requested', `--message=${request}`],
        {
          env: {
            ...process.env,
            CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB: `http://${one.endpoints['PUBSUB_EMULATOR_HOST']}/`,
            CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
            CLOUDSDK_CORE_PROJECT: one.project,
          },
        },
      )
      expect(stdout).toContain('messageIds')
      const at = requestAt('workspace-requested', '', request)
      if (!at) throw new Error('no request')
      await until('the outcome', async () => (await readOutcome(one.reader, at)) !== undefined)
      expect(await readOutcome(one.reader, at)).toMatchObject({ is: 'accepted' })
      expect(await one.workspaces()).toEqual(['accounts/acme/workspaces/analytics'])
      await until('something in the cloud', async () => (await one.resources()).length > 0)
      expect(await other.workspaces()).toEqual([])
      expect(await other.resources()).toEqual([])
      expect(await readOutcome(other.reader, at)).toBeUndefined()
      await Promise.all([one.stop(), other.stop()])
    },
    LIMIT,
  )
})
