// `kindling cloud ...` as it is typed, against a stack in this process.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { commandLine } from '../../test/command-line.ts'
import { seededRandom } from '../local/clock.ts'
import { faultNames } from '../local/google-cloud/faults/fault-catalog.ts'
import { faultHelp } from '../local/google-cloud/faults/fault-help.ts'
import { profile } from '../local/profile.ts'
import { type InProcessStack, startInProcess } from '../local/stack/in-process.ts'
import { type Control, startControl } from './control-server.ts'

const { clock, folder, said, typed: run } = commandLine()
const typed = (...argv: string[]): Promise<number> => run('cloud', ...argv)

describe('what is typed wrongly is one clear line and exit code 2', () => {
  test.each([
    [[], 'a command is missing: fault, lose-node, preempt'],
    [['lunch'], 'unknown command "lunch"'],
    [['fault'], 'FAULT is missing'],
    [['fault', 'stok-out'], 'there is no fault "stok-out"; did you mean stock-out'],
    [['fault', 'toString'], 'there is no fault "toString"'],
    [['fault', 'stock-out', '--zon', 'a'], 'no parameter "zon"; did you mean zone? It has zone,'],
    [['fault', 'stock-out', '--zone', 'mars-a'], 'zone "mars-a": is no zone of a known region'],
    [['fault', 'stock-out', '--left', 'few'], 'left "few"'],
    [['fault', 'stock-out', '--left', '-1'], 'left "-1"'],
    [['fault', 'stock-out', '--left'], '--left lacks its value'],
    [['fault', 'stock-out', '--zone', '--left', '1'], '--zone lacks its value'],
    [['fault', 'stock-out', '--left', '1', '--left', '2'], '--left stands twice'],
    [['fault', 'stock-out', 'now'], 'unexpected "now"'],
    [['fault', 'stock-out', '-z'], 'unexpected "-z"'],
    [['fault', 'quota', '--limit', '3'], 'needs its parameter metric'],
    [['fault', 'operation-alone', '--limit', '3'], 'no parameter "limit"'],
    [['fault', 'list', '--zone', 'x'], 'list takes no parameters'],
    [['fault', 'clear', 'stok-out'], 'did you mean stock-out'],
    [['fault', 'clear', 'stock-out', '--zon', 'a'], 'did you mean zone'],
    [['fault', 'clear', '--zone', 'a'], 'needs the FAULT'],
    [['fault', 'lunch', '--help'], 'there is no fault "lunch"'],
    [['lose-node'], 'TARGET is missing'],
    [['lose-node', 'etl', '--count', '0'], '--count is "0"'],
    [['preempt', 'etl', '--role', 'boss'], '--role is "boss"'],
    [['fault', 'stock-out'], 'start one with "npm run local"'],
    [['fault', 'list'], 'start one with "npm run local"'],
    [['lose-node', 'etl'], 'start one with "npm run local"'],
  ])('%j', async (argv, part) => {
    expect(await typed(...argv)).toBe(2)
    expect(said.out).toEqual([])
    expect(said.error).toHaveLength(1)
    expect(said.error[0]).toContain(part)
    expect(said.error[0]).not.toContain('\n')
  })
})

describe('help', () => {
  test('lists every fault with every parameter', async () => {
    expect(await typed('fault', '--help')).toBe(0)
    const [text = ''] = said.out
    for (const name of faultNames) {
      const { says, parameters } = faultHelp(name)
      expect(text).toContain(`  ${name}`)
      expect(text).toContain(says)
      for (const parameter of parameters) {
        expect(text).toContain(`--${parameter.name} `)
        expect(parameter.says).not.toBe('')
      }
    }
  })

  test.each([[[]], [['lose-node']], [['preempt']], [['fault', 'rate-limit']], [['fault', 'list']]])(
    'cloud %j --help',
    async (argv) => {
      expect(await typed(...argv, '--help')).toBe(0)
      expect(said.out.join('\n')).toContain('Usage: npm run kindling -- cloud')
    },
  )

  test('of one fault says what its parameters may be', async () => {
    expect(await typed('fault', 'rate-limit', '--help')).toBe(0)
    expect(said.out.join('\n')).toContain('--method is one of getCluster, ')
    expect(said.out.join('\n')).not.toContain('stock-out')
  })
})

describe('with a stack that runs', () => {
  let stack: InProcessStack
  let control: Control

  const machines = (): string[] =>
    stack.data.cloud.list().filter((path) => path.includes('/instances/'))

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

  test('faults are set, listed and cleared while it runs', async () => {
    expect(await typed('fault', 'list')).toBe(0)
    expect(said.out).toEqual(['no fault holds'])
    expect(await typed('fault', 'stock-out', '--zone', 'europe-west4-a', '--left=3')).toBe(0)
    expect(said.out.at(-1)).toBe('stock-out holds: zone europe-west4-a, left 3')
    expect(stack.data.cloud.faults.all('stock-out')).toEqual([{ zone: 'europe-west4-a', left: 3 }])
    expect(await typed('fault', 'quota', '--metric', 'N2_CPUS', '--limit', '8', '--json')).toBe(0)
    expect(JSON.parse(said.out.at(-1) ?? '')).toMatchObject({ kind: 'fault', name: 'quota' })
    expect(await typed('fault', 'list')).toBe(0)
    expect(said.out.at(-1)).toMatch(/^stock-out --zone europe-west4-a --left 3 {2}since /)
    expect(await typed('fault', 'list', '--json')).toBe(0)
    expect(JSON.parse(said.out.at(-1) ?? '')).toMatchObject({
      kind: 'fault',
      name: 'stock-out',
      parameters: { zone: 'europe-west4-a', left: 3 },
      struck: 0,
    })
    expect(await typed('fault', 'clear', 'stock-out', '--zone', 'europe-west4-b')).toBe(0)
    expect(said.out.at(-1)).toBe('cleared 0 faults')
    expect(await typed('fault', 'clear', 'stock-out', '--zone', 'europe-west4-a')).toBe(0)
    expect(said.out.at(-1)).toBe('cleared 1 fault')
    expect(await typed('fault', 'clear', '--json')).toBe(0)
    expect(JSON.parse(said.out.at(-1) ?? '')).toEqual({ kind: 'cleared', count: 1 })
    expect(stack.data.cloud.faults.list()).toEqual([])
  })

  test('what is not there is said, with exit code 1 or 2', async () => {
    expect(await typed('fault', 'maintenance')).toBe(1)
    expect(said.error.at(-1)).toContain('there is no GKE cluster')
    expect(await typed('preempt', 'gke-ws-pool-0123abcd-wxyz')).toBe(1)
    expect(said.error.at(-1)).toContain('no machine with node gke-ws-pool-0123abcd-wxyz')
    expect(await typed('lose-node', 'etl')).toBe(2)
    expect(said.error.at(-1)).toContain('there is no "etl"')
  })

  test('a cluster loses a node of its executors', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(await run('publish', 'workspace-requested.json')).toBe(0)
    expect(await run('publish', 'cluster-requested.json')).toBe(0)
    expect(await run('watch', 'etl', '--json')).toBe(0)
    const before = machines()
    expect(await typed('lose-node', 'etl', '--json')).toBe(0)
    const { says } = JSON.parse(said.out.at(-1) ?? '') as { says: string }
    const name = /^lost (gke-\S+)$/.exec(says)?.[1] ?? ''
    const gone = before.filter((path) => !machines().includes(path))
    expect(gone.map((path) => path.split('/').at(-1))).toEqual([name])
    expect(await typed('lose-node', name)).toBe(1)
    expect(await typed('lose-node', 'analytics')).toBe(2)
    expect(said.error.at(-1)).toContain('is a workspace, not a cluster')
  })
})
