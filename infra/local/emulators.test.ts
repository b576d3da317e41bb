import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realClock } from './clock.ts'
import {
  type EmulatorCommand,
  EmulatorFailedError,
  startEmulatorProcess,
} from './emulator-process.ts'
import { EmulatorMissingError, emulatorMissing, startEmulator } from './emulators.ts'

const clock = realClock()
let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kindling-emulators-'))
})
afterAll(async () => {
  clock.stop()
  await rm(directory, { recursive: true, force: true })
})

describe('where an emulator comes from', () => {
  test('the environment names one that runs', async () => {
    const server = createServer((_, answer) => answer.end('Ok'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A TCP server's address is never a path.
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const environment = { FIRESTORE_EMULATOR_HOST: host }
    const options = { clock, logDirectory: directory, environment }
    const emulator = await startEmulator('firestore', options)
    server.close()
    expect(emulator).toMatchObject({ host, readyAfterMs: 0 })
    expect(await emulatorMissing('firestore', environment)).toBeUndefined()
  })

  test.each([
    ['127.0.0.1:9', /no emulator answers there: start it, or unset/],
    ['here', /PUBSUB_EMULATOR_HOST=here is no host:port/],
    ['127.0.0.1', /is no host:port/],
    ['http://127.0.0.1:8080', /is no host:port/],
  ])('%j, where none is, is one clear line', async (host, line) => {
    const environment = { PUBSUB_EMULATOR_HOST: host }
    const started = startEmulator('pubsub', { clock, logDirectory: directory, environment })
    await expect(started).rejects.toThrow(EmulatorFailedError)
    await expect(started).rejects.toThrow(line)
  })

  test('without anything, one line says what to install or set', async () => {
    const environment = { PATH: directory }
    const started = startEmulator('pubsub', { clock, logDirectory: directory, environment })
    await expect(started).rejects.toThrow(EmulatorMissingError)
    const why = await emulatorMissing('pubsub', environment)
    expect(why).toMatch(/gcloud is not in PATH.*pubsub-emulator.*PUBSUB_EMULATOR_HOST/)
    expect(why).not.toContain('\n')
  })

  test('a Cloud SDK is found through links, with and without the component and Java', async () => {
    const sdk = join(directory, 'sdk')
    const path = join(directory, 'path')
    await mkdir(join(sdk, 'bin'), { recursive: true })
    await mkdir(path)
    await writeFile(join(sdk, 'bin', 'gcloud'), '')
    await symlink(join(sdk, 'bin', 'gcloud'), join(path, 'gcloud'))
    const environment = { PATH: path }
    expect(await emulatorMissing('firestore', environment)).toContain('the Cloud SDK has none')
    const platform = join(sdk, 'platform', 'cloud-firestore-emulator')
    await mkdir(platform, { recursive: true })
    await writeFile(join(platform, 'cloud-firestore-emulator.jar'), '')
    expect(await emulatorMissing('firestore', environment)).toContain('java is not in PATH')
    await writeFile(join(path, 'java'), '')
    expect(await emulatorMissing('firestore', environment)).toBeUndefined()
  })
})

/** A program of this test in place of a JVM. */
function program(name: string, source: string): EmulatorCommand {
  return { name, run: (host, port) => [process.execPath, '-e', source, host, String(port)] }
}

const serve = `require('node:http').createServer((_, answer) => answer.end('ok'))
  .listen(Number(process.argv[2]), process.argv[1], () => console.log('pid ' + process.pid))`

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const limit = clock.now() + 10_000
  while (!holds()) {
    if (clock.now() > limit) throw new Error(`${what}: not in 10 s`)
    await clock.sleep(20)
  }
}

async function pidIn(logFile: string): Promise<number> {
  return Number(/pid (\d+)/.exec(await readFile(logFile, 'utf8'))?.[1])
}

describe('an emulator process', () => {
  test('is ready when it answers, and gone when it is stopped', async () => {
    const emulator = await startEmulatorProcess(program('serving', serve), directory, clock)
    const pid = await pidIn(emulator.logFile)
    expect(await (await fetch(`http://${emulator.host}/`)).text()).toBe('ok')
    expect(runs(pid)).toBe(true)
    await emulator.stop()
    await until('the end', () => !runs(pid))
  })

  test('that ends before it is ready fails with the end of its log', async () => {
    const source = `console.error('disk is full'); process.exit(3)`
    const failed = startEmulatorProcess(program('failing', source), directory, clock)
    await expect(failed).rejects.toThrow(EmulatorFailedError)
    await expect(failed).rejects.toThrow(/failing emulator ended \(code 3\);[^]*disk is full/)
  })

  test('is gone when its parent is killed, who can clean up nothing', async () => {
    const here = import.meta.dirname
    const source = `
      import { realClock } from '${here}/clock.ts'
      import { startEmulatorProcess } from '${here}/emulator-process.ts'
      const run = (host, port) => [process.execPath, '-e', process.argv[1], host, String(port)]
      await startEmulatorProcess({ name: 'orphan', run }, process.argv[2], realClock())
      process.stdout.write('ready')`
    const words = ['--input-type=module', '-e', source, serve, directory]
    const parent = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(parent.stdout, 'data')
    const pid = await pidIn(join(directory, 'orphan-emulator.log'))
    expect(runs(pid)).toBe(true)
    parent.kill('SIGKILL')
    await until('the end', () => !runs(pid))
  })
})
