// The commands as people run them, each a process of its own, where something is missing, taken, dead or mistyped: one clear
// line that says what to do, an exit code, and never a hang or a stack trace.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realClock } from '../../infra/local/clock.ts'
import { startEmulator } from '../../infra/local/emulators.ts'
import { emulatorsMissing } from './emulators-missing.ts'

const clock = realClock()
let folder = ''
/** A PATH with a shell and nothing else. */
let bare = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindling-commands-'))
  bare = join(folder, 'bin')
  await mkdir(bare)
  await symlink('/bin/sh', join(bare, 'sh'))
})
afterAll(async () => {
  clock.stop()
  await rm(folder, { recursive: true, force: true })
})

type Program = 'demo' | 'local' | 'kindling'

interface Ended {
  readonly code: number | null
  readonly out: string[]
  readonly error: string[]
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '')

/** Killed, with code null, when it takes longer than the limit. */
async function run(
  program: Program,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  limitMs = 60_000,
): Promise<Ended> {
  const file = fileURLToPath(new URL(`../../infra/cli/${program}.mjs`, import.meta.url))
  const {
    FIRESTORE_EMULATOR_HOST: _firestore,
    PUBSUB_EMULATOR_HOST: _pubsub,
    KINDLING_PORT: _port,
    KINDLING_CONTROL: _control,
    INIT_CWD: _from,
    ...inherited
  } = process.env
  const child = spawn(process.execPath, [file, ...argv], {
    cwd: folder,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', error: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (said.error += chunk.toString('utf8')))
  const over = new AbortController()
  const limit = clock.sleep(limitMs, over.signal).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  )
  const [code] = (await once(child, 'close')) as [number | null]
  over.abort()
  await limit
  return { code, out: linesOf(said.out), error: linesOf(said.error) }
}

const LIMIT = 90_000
const QUICK = ['--executors', '1', '--speed', '1000', '--json']

/** A server that takes connections and never says anything. */
async function squatter(): Promise<{ port: number; close(): void }> {
  const server = createTcpServer((socket) => void socket.on('error', () => {}).resume())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo
  return { port, close: () => void server.close() }
}

describe('without emulators', () => {
  test.each([
    ['gcloud', [], /gcloud is not in PATH; install the Cloud SDK's component/],
    ['Java', ['gcloud'], /java is not in PATH; install a Java runtime/],
  ])(
    'no %s: in one process, and the first line says so and why',
    async (lacking, there, why) => {
      const sdk = join(folder, `sdk-${lacking}`)
      const path = join(sdk, 'bin')
      await mkdir(path, { recursive: true })
      for (const [place, jar] of [
        ['platform/cloud-firestore-emulator', 'cloud-firestore-emulator.jar'],
        ['platform/pubsub-emulator/lib', 'cloud-pubsub-emulator.jar'],
      ] as const) {
        await mkdir(join(sdk, place), { recursive: true })
        await writeFile(join(sdk, place, jar), '')
      }
      for (const name of there) await writeFile(join(path, name), '')
      const { code, out, error } = await run('demo', QUICK, { PATH: `${path}:${bare}` })
      expect(error[0]).toMatch(/^Firestore and Pub\/Sub: in-process engines, because there is no/)
      expect(error[0]).toMatch(why)
      expect(error[0]).toContain('or set FIRESTORE_EMULATOR_HOST to')
      expect([code, out.length]).toEqual([0, 1])
      expect(JSON.parse(out[0] ?? '')).toMatchObject({ parts: { firestore: 'in-process' } })
    },
    LIMIT,
  )
})

describe('what is typed wrongly is one line on standard error, and exit code 2', () => {
  test.each<[Program, string[], RegExp]>([
    ['kindling', [], /^a command is missing: .*--help/],
    ['kindling', ['lunch'], /^unknown command "lunch".*--help/],
    ['kindling', ['publish', 'none.json'], /^none\.json: there is no such file, looked for in \//],
    ['kindling', ['publish', '.'], /^\.: a folder, not an event file/],
    ['kindling', ['publish', ''], /^FILE is missing/],
    ['kindling', ['get', '--jsn'], /'--jsn'; --help lists the flags/],
    ['kindling', ['get'], /^no stack is running here: start one with "npm run local"/],
    ['demo', ['--executors', 'many'], /^--executors is "many"; it must be a whole number/],
    ['local', ['--speed', '-1'], /^--speed lacks its value/],
  ])('%s %j', async (program, argv, line) => {
    const { code, out, error } = await run(program, argv)
    expect([code, out, error.length]).toEqual([2, [], 1])
    expect(error[0]).toMatch(line)
  })

  test('an event above 10 MB is refused before anything is sent', async () => {
    let asked = 0
    const control = createServer((_request, response) => {
      asked++
      response.end('{"project":"demo"}')
    })
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
    const { port } = control.address() as AddressInfo
    // Fewer letters than that, and more bytes.
    await writeFile(join(folder, 'large.json'), 'é'.repeat(5_000_001))
    const environment = { KINDLING_CONTROL: `http://127.0.0.1:${port}` }
    const argv = ['publish', 'large.json', '--topic', 'cluster-requested']
    const { code, out, error } = await run('kindling', argv, environment)
    control.close()
    expect([code, out, error.length, asked]).toEqual([2, [], 1, 0])
    expect(error[0]).toContain('more than 10000000 bytes')
  })

  test('a KINDLING_CONTROL that never answers ends by its limit', async () => {
    const mute = await squatter()
    const environment = { KINDLING_CONTROL: `http://127.0.0.1:${mute.port}` }
    const { code, error } = await run('kindling', ['watch'], environment)
    mute.close()
    expect([code, error.length]).toEqual([2, 1])
    expect(error[0]).toMatch(/no stack answers at KINDLING_CONTROL=.*: unset it/)
  })
})

/** The first line says what was tried; the second why it ends. */
async function lastWords(environment: Record<string, string>): Promise<string> {
  const { code, out, error } = await run('demo', QUICK, environment)
  expect([code, out, error.length]).toEqual([1, [], 2])
  return error[1] ?? ''
}

const missing = await emulatorsMissing()

describe.runIf(missing === undefined)('with emulators that are not as they should be', () => {
  test(
    'a variable that names none',
    async () => {
      expect(await lastWords({ PUBSUB_EMULATOR_HOST: 'here' })).toMatch(
        /^PUBSUB_EMULATOR_HOST=here is no host:port: set it to .*, or unset it/,
      )
      const gone = await squatter()
      gone.close()
      expect(await lastWords({ FIRESTORE_EMULATOR_HOST: `127.0.0.1:${gone.port}` })).toMatch(
        /^FIRESTORE_EMULATOR_HOST=127\.0\.0\.1:\d+: no emulator answers there: start it, or unset it/,
      )
    },
    LIMIT,
  )

  test(
    'one that never answers',
    async () => {
      const mute = await squatter()
      const host = `127.0.0.1:${mute.port}`
      expect(await lastWords({ PUBSUB_EMULATOR_HOST: host })).toContain('no emulator answers there')
      mute.close()
    },
    LIMIT,
  )

  test(
    'a port that is no port, or taken',
    async () => {
      expect(await lastWords({ KINDLING_PORT: '70000' })).toBe(
        'KINDLING_PORT="70000" must be a port, 1 to 65535, or unset',
      )
      const taken = await squatter()
      expect(await lastWords({ KINDLING_PORT: String(taken.port) })).toContain(
        `port ${taken.port} of 127.0.0.1 cannot be had: set KINDLING_PORT to a free one`,
      )
      taken.close()
    },
    LIMIT,
  )

  test(
    'one that was started without an address for triggers',
    async () => {
      const { FIRESTORE_EMULATOR_HOST: _, ...environment } = process.env
      const logDirectory = join(folder, 'mute')
      const emulator = await startEmulator('firestore', { clock, logDirectory, environment })
      try {
        const line = await lastWords({ FIRESTORE_EMULATOR_HOST: emulator.host })
        expect(line).toMatch(
          /sends no triggers: .*; start it with --functions_emulator 127\.0\.0\.1:(\d+), and set KINDLING_PORT=\1$/,
        )
      } finally {
        await emulator.stop()
      }
    },
    LIMIT,
  )
})
