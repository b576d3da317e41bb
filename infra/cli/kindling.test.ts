// The `kindling` commands as they are typed, against a stack in this process; and what is typed wrongly.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { commandLine } from '../../test/command-line.ts'
import { seededRandom } from '../local/clock.ts'
import { profile } from '../local/profile.ts'
import { type InProcessStack, startInProcess } from '../local/stack/in-process.ts'
import { writeControlFile } from './control-file.ts'
import { type Control, startControl } from './control-server.ts'
import { demo } from './demo.ts'
import { kindling } from './kindling.ts'
import { local } from './local.ts'

const { clock, folder, said, typed, values } = commandLine()

describe('what is typed wrongly is one clear line and exit code 2', () => {
  test.each([
    [
      [],
      'a command is missing: publish, watch, get, cost, parked, dead-letters, session, cloud, timeline',
    ],
    [['lunch'], 'unknown command "lunch"'],
    [['toString'], 'unknown command "toString"'],
    [['publish'], 'FILE is missing'],
    [['publish', 'none.json'], 'none.json: there is no such file'],
    [['publish', '.'], '.: a folder'],
    [['publish', 'a', 'b'], 'unexpected "b"'],
    [['publish', '--topics', 'x'], "'--topics'"],
    [['publish', '--topic', ''], '--topic is ""'],
    [['watch', '--jsn'], "'--jsn'"],
    [['get', 'a', 'b'], 'unexpected "b"'],
    [['cost', 'a', 'b'], 'unexpected "b"'],
    [['cost', '--jsn'], "'--jsn'"],
    [['cost'], 'start one with "npm run local"'],
    [['parked', 'a'], 'a'],
    [['dead-letters', 'bury'], 'it must be list or replay'],
    [['dead-letters', 'list', 'x'], 'unexpected "x"'],
    [['dead-letters', 'replay'], 'ID is missing'],
    [['dead-letters', 'replay', 'all'], 'start one with "npm run local"'],
    [['parked', '--jsn'], "'--jsn'"],
    [['parked'], 'start one with "npm run local"'],
    [['timeline'], 'CLUSTER is missing'],
    [['session'], 'ACTION is missing'],
    [['session', 'open'], 'CLUSTER is missing'],
    [['session', 'join', 'etl'], 'ACTION is "join"; it must be open or close'],
    [['get'], 'start one with "npm run local"'],
    [['watch', 'etl'], 'start one with "npm run local"'],
    [['publish', 'cluster-requested.json'], 'start one with "npm run local"'],
  ])('%j', async (argv, part) => {
    expect(await typed(...argv)).toBe(2)
    expect(said.out).toEqual([])
    expect(said.error).toHaveLength(1)
    expect(said.error[0]).toContain(part)
    expect(said.error[0]).not.toContain('\n')
  })

  test('of the commands that bring a stack up too', async () => {
    expect(await local(['--speed', '0'])).toBe(2)
    expect(await demo(['--executors', '0'])).toBe(2)
    expect(await local(['now'])).toBe(2)
    expect(said.error).toHaveLength(3)
  })

  test('a file that is too large, empty, not JSON or of no known type is not sent', async () => {
    const file = join(folder, 'event.json')
    for (const [text, part] of [
      ['x'.repeat(10_000_001), 'more than 10000000 bytes'],
      ['', 'is empty'],
      ['{', 'is not JSON'],
      ['{"type":"kindling.lunch.v1"}', '"kindling.lunch.v1"'],
      ['7', '--topic'],
    ] as const) {
      await writeFile(file, text)
      expect(await typed('publish', file)).toBe(2)
      expect(said.error.at(-1)).toContain(part)
    }
  })

  test('a KINDLING_CONTROL that nobody answers at', async () => {
    const environment = { KINDLING_CONTROL: 'http://127.0.0.1:1' }
    expect(await kindling(['get'], { folder, environment })).toBe(2)
    expect(said.error[0]).toContain('KINDLING_CONTROL=http://127.0.0.1:1')
  })

  test('what a killed stack has left behind is no stack, and goes', async () => {
    // No process has the largest number there can be.
    await writeControlFile(folder, { url: 'http://127.0.0.1:1', pid: 2 ** 31 - 1, project: 'p' })
    expect(await typed('get')).toBe(2)
    expect(await readdir(join(folder, '.kindling'))).toEqual([])
  })
})

test.each([
  [],
  ['publish'],
  ['watch'],
  ['get'],
  ['cost'],
  ['parked'],
  ['dead-letters'],
  ['timeline'],
  ['session'],
])('kindling %s --help', async (...command) => {
  expect(await typed(...command, '--help')).toBe(0)
  expect(said.out.join('\n')).toContain('Usage: npm run kindling --')
})

describe('with a stack that runs', () => {
  let stack: InProcessStack
  let control: Control

  beforeAll(async () => {
    stack = await startInProcess({
      clock,
      profile: profile({ speed: 1000, random: seededRandom(1) }),
    })
    control = await startControl({ stack, clock, folder })
  })
  afterAll(async () => {
    await control.stop()
    await stack.stop()
  })

  test('from two files to a running cluster, its table and its timeline', async () => {
    expect(await typed('watch')).toBe(2)
    expect(await typed('publish', 'workspace-requested.json')).toBe(0)
    expect(said.out.join('\n')).toContain('accepted: acme/analytics, generation 1')
    expect(await typed('publish', 'cluster-requested.json', '--json')).toBe(0)
    expect(JSON.parse(said.out.at(-1) ?? '')).toMatchObject({
      kind: 'published',
      topic: 'cluster-requested',
      is: 'accepted',
      entity: 'accounts/acme/workspaces/analytics/clusters/etl',
    })

    said.out = []
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(await typed('watch', 'etl', '--json')).toBe(0)
    expect(values().at(-1)).toMatchObject({ kind: 'state', state: 'RUNNING' })

    said.out = []
    expect(await typed('get')).toBe(0)
    expect(said.out[0]).toMatch(/^KIND +NAME +STATE/)
    expect(said.out.find((line) => line.startsWith('cluster'))).toMatch(
      /acme\/analytics\/etl +RUNNING .*10\/10/,
    )

    said.out = []
    expect(await typed('get', 'analytics/etl', '--json')).toBe(0)
    expect(values()[0]).toMatchObject({ entity: { state: 'RUNNING' } })
    expect(await typed('get', 'analytics')).toBe(0)
    expect(said.out.at(-1)).toContain('✓ acme/analytics')

    said.out = []
    expect(await typed('cost', 'etl', '--json')).toBe(0)
    expect(values()[0]).toMatchObject({ kind: 'cost', cost: expect.any(Number), saved: 0 })
    expect(await typed('get', 'etl', '--json')).toBe(0)
    expect(values().at(-1)).toMatchObject({ cost: { idle: expect.any(Number) } })
    expect(await typed('cost')).toBe(0)
    expect(said.out.at(-1)).toMatch(/^acme\/analytics in [-a-z0-9]+, at list price.*\n[^]* total /)
    expect(await typed('cost', 'lunch')).toBe(2)

    said.out = []
    expect(await typed('timeline', 'etl', '--json')).toBe(0)
    const [timeline] = values()
    expect(timeline).toMatchObject({ kind: 'timeline', state: 'RUNNING' })
    expect(await typed('timeline', 'etl')).toBe(0)
    expect(said.out.at(-1)).toContain('Where the time went')

    said.out = []
    expect(await typed('timeline', 'etl', '--trace', '--json')).toBe(0)
    const spans = values()
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
    expect(spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['launch', 'namespace', 'ready', 'pod-snapshot']),
    )

    expect(await typed('get', 'lunch')).toBe(2)
    expect(said.error.at(-1)).toContain('there is no "lunch"; there is acme/analytics')
  })

  test('sessions are opened and closed, and refused by a cluster that goes', async () => {
    expect(await typed('session', 'open', 'etl')).toBe(0)
    said.out = []
    expect(await typed('session', 'close', 'etl', '--json')).toBe(0)
    expect(values()).toEqual([
      { kind: 'session', action: 'close', is: 'admitted', isStarted: false },
    ])
    expect(await typed('session', 'open', 'analytics')).toBe(2)
    expect(await typed('publish', 'cluster-change-requested-terminate.json')).toBe(0)
    said.out = []
    expect(await typed('session', 'open', 'etl')).toBe(1)
    expect(said.out.join('\n')).toMatch(/^refused: CLUSTER_ENDED: .*\n {2}mend: .*start it/)
  })

  test('a rejected request says why, and ends with exit code 1', async () => {
    const file = join(folder, 'rejected.json')
    const data = { account: 'acme', workspace: 'Wrong' }
    const event = { specversion: '1.0', id: 'r-1', source: 'test', data }
    await writeFile(file, JSON.stringify({ ...event, type: 'kindling.workspace.requested.v1' }))
    expect(await typed('publish', file)).toBe(1)
    expect(said.out.join('\n')).toMatch(/rejected: INVALID_PARAMETER_VALUE: .*\n {2}field: +data/)
  })

  test('another message under an id that was used is told so', async () => {
    const file = join(folder, 'conflict.json')
    const event = { specversion: '1.0', id: 'r-1', source: 'test', data: { account: 'acme' } }
    await writeFile(file, JSON.stringify({ ...event, type: 'kindling.workspace.requested.v1' }))
    expect(await typed('publish', file, '--json')).toBe(1)
    expect(values()[0]).toMatchObject({ is: 'rejected', reason: { code: 'ALREADY_EXISTS' } })
  })

  test('bytes that are no event are published where they are told to, and rejected', async () => {
    const file = join(folder, 'bytes')
    await writeFile(file, 'no event')
    expect(await typed('publish', file, '--topic', 'cluster-requested')).toBe(1)
    expect(said.out.join('\n')).toContain('rejected: MALFORMED_REQUEST')
    expect(await typed('publish', file, '--topic', 'nowhere')).toBe(1)
    expect(said.error).toEqual(['bus: there is no topic nowhere'])
  })

  test('the control endpoint answers programs, not web pages', async () => {
    const info = await fetch(`${control.url}/info`)
    expect(await info.json()).toMatchObject({ parts: stack.parts, project: stack.project })
    const headers = { origin: 'https://example.com' }
    expect((await fetch(`${control.url}/info`, { headers })).status).toBe(403)
    expect((await fetch(`${control.url}/lunch`)).status).toBe(404)
    const post = (body: string) => fetch(`${control.url}/publish`, { method: 'POST', body })
    expect((await post('{')).status).toBe(400)
    expect(await (await post('{"topic":7}')).json()).toMatchObject({
      error: { kind: 'invalid', message: expect.stringContaining('topic') },
    })
  })

  test('its file goes with it', async () => {
    const other = join(folder, 'other')
    await mkdir(other)
    const own = await startControl({ stack, clock, folder: other })
    expect(await readdir(join(other, '.kindling'))).toHaveLength(1)
    await own.stop()
    expect(await readdir(other)).toEqual([])
  })

  test('of two stacks in one folder neither is guessed', async () => {
    const other = await startControl({ stack, clock, folder })
    try {
      expect(await typed('get')).toBe(2)
      for (const { url } of [control, other]) expect(said.error[0]).toContain(url)
      const environment = { KINDLING_CONTROL: other.url }
      expect(await kindling(['get'], { folder, environment })).toBe(0)
    } finally {
      await other.stop()
    }
  })
})
