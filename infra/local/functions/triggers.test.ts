import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { realClock } from '../clock.ts'
import { openTriggers, type TriggerOptions } from './triggers.ts'

const clock = realClock()
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
  clock.stop()
})

interface Sent {
  readonly url: string
  readonly body: { readonly writes?: { update?: { name: string }; delete?: string }[] }
}

/** An emulator that takes every registration; it tells of a created document only when `tell` does. */
async function standIn(tell: (name: string) => void = () => undefined) {
  const sent: Sent[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    request.on('end', () => {
      const body = JSON.parse(text) as Sent['body']
      sent.push({ url: request.url ?? '', body })
      response.writeHead(200).end('{}')
      const name = body.writes?.[0]?.update?.name
      if (name !== undefined) tell(name)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => server.close().closeAllConnections())
  return { sent, emulator: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function optionsFor(emulator: string, probeArrived: TriggerOptions['probeArrived']) {
  return { clock, emulator, project: 'demo', frontDoor: '127.0.0.1:5001', probeArrived }
}

test('every pattern of the manifest is registered, and a probe that arrives proves them', async () => {
  const rung: string[] = []
  const waiting = new Map<string, () => void>()
  const { sent, emulator } = await standIn((name) => {
    const id = name.split('/').at(-1) ?? ''
    rung.push(id)
    waiting.get(id)?.()
  })
  await openTriggers(
    optionsFor(emulator, (id) => new Promise((resolve) => void waiting.set(id, resolve))),
  )
  const registered = sent.filter(({ url }) => url.includes('eventarcTrigger'))
  expect(
    registered.map(({ url }) => url.split('=').at(-1) ?? '').toSorted((a, b) => a.localeCompare(b)),
  ).toEqual(['announce-0', 'announce-1', 'announce-2', 'probe', 'step-due-0'])
  expect(registered.find(({ url }) => url.endsWith('step-due-0'))?.body).toEqual({
    eventType: 'google.cloud.firestore.document.v1.created',
    database: '(default)',
    document: { value: 'accounts/{any0}/attempts/{any1}', matchType: 'PATH_PATTERN' },
  })
  expect(rung).toHaveLength(1)
  expect(sent.at(-1)?.body.writes?.[0]?.delete).toContain(`probes/${rung[0]}`)
})

test('an emulator that never sends anything is one clear line', async () => {
  const { emulator } = await standIn()
  const options = optionsFor(emulator, () => new Promise(() => undefined))
  const opened = openTriggers({ ...options, limitMs: 50 })
  await expect(opened).rejects.toThrow(
    `the Firestore emulator at ${emulator} sends no triggers: no word of a probe document within 50 ms; start it with --functions_emulator 127.0.0.1:5001, and set KINDLING_PORT=5001`,
  )
})

test('an emulator that is not there is said to be so', async () => {
  const { emulator } = await standIn()
  for (const end of ends.splice(0)) end()
  const opened = openTriggers(optionsFor(emulator, () => Promise.resolve()))
  await expect(opened).rejects.toThrow(/does not answer: ECONNREFUSED/)
})
