import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { storeEngine } from '../../infra/local/store/store-engine.ts'
import { registerCalls, registerEvents, serverOf } from '../clients/functions-framework.ts'
import { CallError } from '../call-error.ts'
import type { World } from '../ports.ts'
import { callFunction, documentFunction, messageFunction, processCounts } from './function.ts'
import { activeTrace } from './trace.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`

type Handle = (world: World, event: object) => Promise<void>

function absent(): never {
  throw new Error('not part of this test')
}

function shellFor(name: string) {
  const clock = virtualClock()
  const world: Omit<World, 'log'> = {
    project: 'demo-test',
    clock,
    store: storeEngine(clock),
    bus: new Proxy({} as World['bus'], { get: absent }),
    gke: absent,
    network: absent,
    kubernetes: absent,
  }
  const lines: Record<string, unknown>[] = []
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>)
  const row = { on: { is: 'topic', topic: 'own-topic' }, timeoutS: 60 }
  return { shell: { name, row, world, write }, lines, clock }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function published(text: string, source = '//pubsub.googleapis.com/projects/p/topics/greetings') {
  const message = { data: base64(text), messageId: 'm-1', attributes: {} }
  const type = 'google.cloud.pubsub.topic.v1.messagePublished'
  return { id: 'm-1', specversion: '1.0', source, type, data: { message, subscription: 's' } }
}

/** The body of an answer to a call. */
function answerOf(status: number): string {
  if (status === 204) return ''
  const kind = status === 400 ? 'invalid' : 'unavailable'
  return JSON.stringify({ error: { kind, message: 'bad' } })
}

function created(data: unknown) {
  return {
    id: 'e-1',
    specversion: '1.0',
    source: '//firestore.googleapis.com/projects/p/databases/(default)',
    type: 'google.cloud.firestore.document.v1.created',
    subject: 'documents/accounts/acme/attempts/a-1',
    data,
  }
}

describe('a message', () => {
  test('reaches the handler as topic, id and text; the topic is the source’s', async () => {
    const { shell, lines } = shellFor('greet')
    const handle = vi.fn<Handle>(async () => {})
    await messageFunction(shell, handle)(published('{"grüß": "gott"}'))
    expect(handle).toHaveBeenCalledWith(expect.anything(), {
      topic: 'greetings',
      message: { id: 'm-1', data: '{"grüß": "gott"}', attributes: {} },
    })
    expect(lines).toMatchObject([
      {
        severity: 'DEBUG',
        message: 'function ran',
        messageId: 'm-1',
        'logging.googleapis.com/labels': { function: 'greet' },
      },
    ])
  })

  test('without data comes as it was pushed, and is handled all the same', async () => {
    const { shell } = shellFor('greet')
    const handle = vi.fn<Handle>(async () => {})
    const pushed = { message: { messageId: 'm-2', attributes: { a: 'b' } }, subscription: 's' }
    await messageFunction(shell, handle)(pushed)
    expect(handle).toHaveBeenCalledWith(expect.anything(), {
      topic: 'own-topic',
      message: { id: 'm-2', data: '', attributes: { a: 'b' } },
    })
  })

  test('is counted as a delivery and an invocation, and so is what it reads', async () => {
    const { shell } = shellFor('greet')
    const before = { ...processCounts }
    await messageFunction(shell, async (world) => {
      await world.store.get('accounts/acme')
    })(published('{}'))
    expect(processCounts).toMatchObject({
      deliveries: before.deliveries + 1,
      invocations: before.invocations + 1,
      firestoreReads: before.firestoreReads + 1,
    })
  })

  test('that carries a trace is handled in it; its log lines say so', async () => {
    const { shell, lines } = shellFor('greet')
    const seen: unknown[] = []
    await messageFunction(shell, async (world) => {
      seen.push(activeTrace().traceparent)
      world.log('INFO', 'hello', { severity: 'not this' })
    })(published(JSON.stringify({ traceparent })))
    expect(seen).toEqual([expect.stringContaining(traceId)])
    expect(lines[0]).toMatchObject({
      severity: 'INFO',
      message: 'hello',
      'logging.googleapis.com/trace': `projects/demo-test/traces/${traceId}`,
      'logging.googleapis.com/spanId': expect.stringMatching(/^[0-9a-f]{16}$/),
    })
  })

  test.each(['{"traceparent": "nonsense"}', '{"traceparent": 7', '{}'])(
    'without a trace that can be read begins one: %s',
    async (text) => {
      const { shell, lines } = shellFor('greet')
      await messageFunction(shell, async () => {})(published(text))
      expect(lines[0]?.['logging.googleapis.com/trace']).toMatch(/traces\/[0-9a-f]{32}$/)
    },
  )

  test('that cannot be read is dropped, with a log line: it would not change', async () => {
    const { shell, lines } = shellFor('greet')
    const handle = vi.fn<Handle>(async () => {})
    await messageFunction(shell, handle)({ hello: 'world' })
    expect(handle).not.toHaveBeenCalled()
    expect(lines).toMatchObject([{ severity: 'ERROR', message: 'unreadable event dropped' }])
  })

  test('is cut off when the time of its row is up', async () => {
    const { shell, clock } = shellFor('greet')
    const never = messageFunction(shell, () => new Promise(() => {}))(published('{}'))
    const failure = never.catch((error: unknown) => String(error))
    await clock.advance(60_000)
    expect(await failure).toContain('the function failed')
  })
})

describe('a document', () => {
  test.each([
    ['bytes of protobuf', Buffer.from([10, 4, 1, 2, 3, 4])],
    ['base64 text, as from the emulator', Buffer.from(base64('....'))],
    ['nothing', undefined],
  ])('reaches the handler by its path, whatever the body is: %s', async (_, body) => {
    const { shell } = shellFor('wake')
    const handle = vi.fn<Handle>(async () => {})
    await documentFunction(shell, handle)(created(body))
    expect(handle).toHaveBeenCalledWith(expect.anything(), { path: 'accounts/acme/attempts/a-1' })
  })

  test('that has no path is dropped, with a log line', async () => {
    const { shell, lines } = shellFor('wake')
    await documentFunction(shell, async () => {})({ ...created(undefined), subject: 'else/where' })
    expect(lines).toMatchObject([{ severity: 'ERROR', message: 'unreadable event dropped' }])
  })
})

/** POSTs to the framework's own server of the function of this name. */
async function post(
  name: string,
  path: string,
  body: object,
  headers: Record<string, string> = {},
) {
  const server = await serverOf(name)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

describe('behind the functions framework', () => {
  const pushPath = '/projects/p/topics/greetings?__GCP_CloudEventsMode=CUSTOM_PUBSUB_x'
  const push = { message: { data: base64('hello'), messageId: '7' }, subscription: 's' }

  test('a return is 204, and a push names its topic by its path', async () => {
    const { shell } = shellFor('returns')
    const handle = vi.fn<Handle>(async () => {})
    registerEvents('returns', messageFunction(shell, handle))
    expect((await post('returns', pushPath, push)).status).toBe(204)
    expect(handle).toHaveBeenCalledWith(expect.anything(), {
      topic: 'greetings',
      message: { id: '7', data: 'hello', attributes: {} },
    })
  })

  test('a throw is 500, and one log line of JSON', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => said.mockRestore())
    const { shell, lines } = shellFor('throws')
    registerEvents(
      'throws',
      messageFunction(shell, () => Promise.reject(new CallError('unavailable', 'no store'))),
    )
    const answer = await post('throws', pushPath, push)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('no store')
    expect(lines).toEqual([])
    expect(said).toHaveBeenCalledOnce()
    expect(JSON.parse(String(said.mock.calls[0]?.[0]))).toMatchObject({
      severity: 'ERROR',
      message: 'function failed',
      error: 'no store',
      'logging.googleapis.com/trace': expect.stringContaining('projects/demo-test/traces/'),
    })
  })

  test('a document event in binary mode wakes its function', async () => {
    const { shell } = shellFor('wakes')
    const handle = vi.fn<Handle>(async () => {})
    registerEvents('wakes', documentFunction(shell, handle))
    const { id, source, type, subject } = created(undefined)
    const headers = {
      'content-type': 'application/protobuf',
      'ce-id': id,
      'ce-specversion': '1.0',
      'ce-source': source,
      'ce-type': type,
      'ce-subject': subject,
    }
    expect((await post('wakes', '/', {}, headers)).status).toBe(204)
    expect(handle).toHaveBeenCalledWith(expect.anything(), { path: 'accounts/acme/attempts/a-1' })
  })

  test.each([
    ['204 when it returns', undefined, 204],
    ['400 with what is wrong when it is asked for nonsense', new CallError('invalid', 'bad'), 400],
    ['500 when it fails', new Error('bad'), 500],
  ])('a call is %s', async (_, error, status) => {
    const { shell, lines } = shellFor('called')
    registerCalls(
      'called',
      callFunction(shell, async (_world, { body }) => {
        expect(body).toEqual({ entity: 'x' })
        if (error) throw error
      }),
    )
    const answer = await post('called', '/', { entity: 'x' })
    expect(answer.status).toBe(status)
    expect(await answer.text()).toBe(answerOf(status))
    expect(lines).toHaveLength(status === 500 ? 1 : 0)
  })
})
