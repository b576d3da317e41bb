// Bundled functions are programs: each listens by itself, answers, and has loaded no SDK by then.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realClock } from '../local/clock.ts'
import { freePort } from '../local/loopback/free-port.ts'
import { startProgram } from './bundled-program.ts'
import { bundleFunctions, functionNames } from './bundle-functions.ts'
import type { Bundle } from './program.ts'

const clock = realClock()
let directory = ''
let bundles: readonly Bundle[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kindling-bundles-'))
  bundles = await bundleFunctions(directory)
}, 120_000)

afterAll(async () => {
  clock.stop()
  await rm(directory, { recursive: true, force: true })
})

describe('bundled functions', () => {
  it('are all there, each with its source map', async () => {
    const files = await readdir(directory)
    expect(bundles.map(({ name }) => name)).toEqual(functionNames)
    expect(files).toEqual(
      expect.arrayContaining(functionNames.flatMap((name) => [`${name}.mjs`, `${name}.mjs.map`])),
    )
  })

  it('read less than a megabyte before they listen, SDKs later', () => {
    for (const { bytes, lazyBytes } of bundles) {
      expect(bytes).toBeLessThan(1_000_000)
      expect(lazyBytes).toBeGreaterThan(5_000_000)
    }
  })

  it('name no path of the machine that they were made on', async () => {
    const text = await readFile(join(directory, 'sweep.mjs'), 'utf8')
    expect(text).not.toContain(process.cwd())
  })

  it('listen where they are told, and drop what they cannot read', async () => {
    const port = await freePort(clock)
    const program = await startProgram(join(directory, 'announce.mjs'), { port, clock })
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'ce-id': '1',
          'ce-source': 'test',
          'ce-type': 'google.cloud.firestore.document.v1.created',
          'ce-specversion': '1.0',
        },
        body: '{}',
      })
      expect(answer.status).toBe(204)
    } finally {
      await program.kill()
    }
  }, 60_000)

  it('say in one line what their environment lacks', async () => {
    const environment = { KINDLING_PROJECT: '' }
    const port = await freePort(clock)
    const started = startProgram(join(directory, 'sweep.mjs'), { port, clock, environment })
    await expect(started).rejects.toThrow('KINDLING_PROJECT is not set')
  }, 60_000)
})
