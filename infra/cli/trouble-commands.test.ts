// `kindling parked` and `kindling dead-letters` as they are typed: what stands still is shown with its cause, and goes on after
// the mend.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandLine } from '../../test/command-line.ts'
import { DEAD_LETTERS } from '../../functions/manifest.ts'
import { parkedPathOf } from '../../shared/domain/parked.ts'
import { workspacePath } from '../../shared/domain/paths.ts'
import { seededRandom } from '../local/clock.ts'
import { profile } from '../local/profile.ts'
import { type InProcessStack, startInProcess } from '../local/stack/in-process.ts'
import { type Control, startControl } from './control-server.ts'

const { clock, folder, said, typed, values } = commandLine()
const DAMAGED = workspacePath('acme', 'damaged')

let stack: InProcessStack
let control: Control

beforeAll(async () => {
  const drawn = profile({ speed: 1000, random: seededRandom(1) })
  stack = await startInProcess({ clock, profile: drawn, scheduler: false })
  control = await startControl({ stack, clock, folder })
})
afterAll(async () => {
  await control.stop()
  await stack.stop()
})

test('nothing is parked, and nothing was given up on', async () => {
  expect(await typed('parked')).toBe(0)
  expect(await typed('dead-letters')).toBe(0)
  expect(await typed('dead-letters', 'replay', 'all')).toBe(0)
  expect(said.out).toEqual([
    'nothing is parked',
    'nothing was given up on',
    'nothing was given up on',
  ])
})

test('a damaged document is listed with its mend, and hides nobody else', async () => {
  await stack.store.commit([{ op: 'create', path: DAMAGED, data: { kind: 'workspace' } }])
  await expect(stack.call('advance', { entity: DAMAGED })).rejects.toThrow(`document "${DAMAGED}"`)
  expect(await typed('get')).toBe(0)
  said.out = []
  expect(await typed('parked')).toBe(0)
  expect(said.out[0]).toMatch(
    new RegExp(
      `^${DAMAGED}\n  unreadable, parked for .*\n  "state" is nothing, .*\n  to mend it: `,
    ),
  )
  said.out = []
  expect(await typed('parked', '--json')).toBe(0)
  expect(values()).toMatchObject([{ kind: 'parked', document: DAMAGED, is: 'unreadable' }])
  for (const path of [DAMAGED, parkedPathOf(DAMAGED)]) {
    const from = await stack.store.get(path)
    if (from) await stack.store.commit([{ op: 'delete', from }])
  }
})

test('a dead letter is listed with its cause, and delivered again', async () => {
  const data = '{"type":"kindling.nothing.v1","data":{"account":"acme"}}'
  const attributes = { by: 'test', CloudPubSubDeadLetterSourceSubscription: 'cluster-requested' }
  await stack.bus.publish(DEAD_LETTERS, { data, attributes })
  await clock.sleep(50)
  expect(await typed('dead-letters', '--json')).toBe(0)
  const [letter] = values()
  expect(letter).toMatchObject({
    kind: 'dead-letter',
    function: 'cluster-requested',
    message: { topic: 'cluster-requested', data, attributes: { by: 'test' } },
  })
  const id = String(letter?.['id'])
  said.out = []
  expect(await typed('dead-letters')).toBe(0)
  expect(said.out[0]).toContain(`npm run kindling -- dead-letters replay ${id}`)
  expect(await typed('dead-letters', 'replay', 'nobody')).toBe(2)
  expect(said.error.at(-1)).toContain(`there is ${id}`)
  said.out = []
  expect(await typed('dead-letters', 'replay', id, '--json')).toBe(0)
  expect(values()).toEqual([{ kind: 'replayed', id, ok: true }])
  await clock.sleep(50)
  // It came, and was refused as the request that it is.
  expect(await stack.store.list('accounts/_unaddressed/requests')).toHaveLength(1)
  said.out = []
  expect(await typed('dead-letters')).toBe(0)
  expect(said.out).toEqual(['nothing was given up on'])
})
