// What is wrong with a message before anybody looks at what it asks for. Each is told once and never comes again.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MESSAGE_BYTES_MAX } from '../../events/envelope.ts'
import { event, sample } from '../loop/fixture.ts'
import { expectRefused, type Inbox, type Refusal, startInbox, text } from './inbox.ts'

let inbox: Inbox
beforeAll(async () => {
  inbox = await startInbox()
})
afterAll(() => inbox.stop())

const NOBODY = '_unaddressed'
const topic = 'cluster-requested'

let serial = 0
/** The sample with a new id and other attributes; `undefined` takes one away. */
function envelope(change: Record<string, unknown>): string {
  return JSON.stringify({ ...sample(topic), id: `message-${++serial}`, ...change })
}
/** The sample with something put before its first data field, as text. */
function withData(json: string): string {
  return envelope({}).replace('"data":{', `"data":{${json},`)
}
const malformed = (field: string, more: Omit<Refusal, 'code'> = {}): Refusal => ({
  code: 'MALFORMED_REQUEST',
  field,
  ...more,
})

const notJson = { code: 'MALFORMED_REQUEST', message: 'the message is not JSON' }
const unreadable: readonly [string, string, Refusal][] = [
  ['nothing', '', notJson],
  ['prose', 'please start a cluster', { ...notJson, mend: text('events/samples') }],
  ['JSON that ends too early', envelope({}).slice(0, -1), notJson],
  ['JSON with a comma too many', '{"specversion":"1.0",}', notJson],
  ['two JSON values', `${envelope({})}{}`, notJson],
  ['a byte order mark', `\u{feff}${envelope({})}`, notJson],
  ['NaN', withData('"x":NaN'), notJson],
  ['bytes that are no text', '\u0000\u{fffd}\u0001', notJson],
  ['a list', '[]', { code: 'MALFORMED_REQUEST', got: '[]', allowed: text('an object') }],
  ['null', 'null', { code: 'MALFORMED_REQUEST', got: 'null' }],
  ['a number', '7', { code: 'MALFORMED_REQUEST', got: '7' }],
  ['text in JSON', '"cluster"', { code: 'MALFORMED_REQUEST', got: 'cluster' }],
  ['an empty object', '{}', malformed('specversion', { got: 'nothing', allowed: '1.0' })],
  ['100,000 lists in lists', '['.repeat(1e5) + ']'.repeat(1e5), { code: 'MALFORMED_REQUEST' }],
  ['only the data', JSON.stringify(sample(topic).data), malformed('specversion')],
]

test.each(unreadable)('%s is refused', async (_, message, refusal) => {
  expectRefused(await inbox.submit(topic, message), accountOf(message), refusal)
})

function accountOf(message: string): string {
  return message.startsWith('{"specversion":"1.0","id"') && message.endsWith('}}') ? 'acme' : NOBODY
}

const nobodys: readonly [string, string, Refusal][] = [
  [
    'no id',
    envelope({ id: undefined }),
    malformed('id', { got: 'nothing', mend: text('add "id"') }),
  ],
  ['an empty id', envelope({ id: '' }), malformed('id', { allowed: 'at least 1 characters' })],
  [
    'an id that is a number',
    envelope({ id: 7 }),
    malformed('id', { got: '7', allowed: 'a string' }),
  ],
  ['no source', envelope({ source: undefined }), malformed('source', { got: 'nothing' })],
  ['no data', envelope({ data: undefined }), malformed('data', { got: 'nothing' })],
  [
    'data that is null',
    envelope({ data: null }),
    { code: 'INVALID_PARAMETER_VALUE', field: 'data' },
  ],
  [
    'data that is a list',
    envelope({ data: [] }),
    { code: 'INVALID_PARAMETER_VALUE', field: 'data' },
  ],
  [
    'data that is JSON in a string',
    envelope({ data: JSON.stringify(sample(topic).data) }),
    { code: 'INVALID_PARAMETER_VALUE', field: 'data', allowed: text('an object') },
  ],
  [
    'an account that is a list',
    envelope({ data: { ...sample(topic).data, account: ['acme'] } }),
    { code: 'INVALID_PARAMETER_VALUE', field: 'data.account', got: '["acme"]' },
  ],
  [
    'an account that is none',
    envelope({ data: { ...sample(topic).data, account: '../acme' } }),
    { code: 'INVALID_PARAMETER_VALUE', field: 'data.account', got: '../acme' },
  ],
]

test.each(nobodys)(
  '%s is refused, and kept where no account can look',
  async (_, message, refusal) => {
    expectRefused(await inbox.submit(topic, message), NOBODY, refusal)
  },
)

const attributes: readonly [string, Record<string, unknown>, Refusal][] = [
  ['no specversion', { specversion: undefined }, malformed('specversion', { allowed: '1.0' })],
  ['another specversion', { specversion: '0.3' }, malformed('specversion', { got: '0.3' })],
  ['no type', { type: undefined }, malformed('type', { got: 'nothing', allowed: 'a string' })],
  ['a type that is a list', { type: [] }, malformed('type', { got: '[]' })],
  ['an id of 129 characters', { id: 'i'.repeat(129) }, malformed('id', { allowed: text('128') })],
  ['a source of 257 characters', { source: 's'.repeat(257) }, malformed('source')],
  ['a time that is none', { time: 'yesterday' }, malformed('time', { got: 'yesterday' })],
  ['content of another kind', { datacontenttype: 'text/xml' }, malformed('datacontenttype')],
  ['a broken trace', { traceparent: '00-xyz' }, malformed('traceparent', { got: '00-xyz' })],
  [
    'an unknown type',
    { type: 'kindling.cluster.wanted.v1' },
    {
      code: 'BAD_REQUEST',
      field: 'type',
      got: 'kindling.cluster.wanted.v1',
      allowed: 'kindling.cluster.requested.v1',
      message: text('type of event'),
    },
  ],
  [
    'an unknown version',
    { type: 'kindling.cluster.requested.v2' },
    {
      code: 'BAD_REQUEST',
      field: 'type',
      got: 'kindling.cluster.requested.v2',
      allowed: 'kindling.cluster.requested.v1',
      message: text('version'),
    },
  ],
  [
    "another topic's type",
    { type: 'kindling.workspace.requested.v1' },
    { code: 'BAD_REQUEST', field: 'type', mend: 'publish it on the topic workspace-requested' },
  ],
]

test.each(attributes)('%s is refused', async (_, change, refusal) => {
  expectRefused(await inbox.submit(topic, envelope(change)), 'acme', refusal)
})

describe('what is too much', () => {
  const huge: readonly [string, string, Refusal][] = [
    [
      'a message one byte above the limit',
      padded(MESSAGE_BYTES_MAX + 1),
      { code: 'MALFORMED_REQUEST', got: '524289 bytes', allowed: 'at most 524288 bytes' },
    ],
    [
      'a megabyte of text in a field',
      event(topic, 'a-megabyte', { cluster: 'c'.repeat(1024 * 1024) }),
      { code: 'MALFORMED_REQUEST', got: text('bytes'), allowed: text('524288') },
    ],
    [
      'much text in a field',
      event(topic, 'much-text', { cluster: 'c'.repeat(400_000) }),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.cluster' },
    ],
    [
      'text of characters that take several bytes',
      event(topic, 'wide-text', { cluster: '\u{1f525}'.repeat(131_072) }),
      { code: 'MALFORMED_REQUEST', allowed: text('524288') },
    ],
    [
      '100,000 lists in lists in a field',
      withData(`"x":${'['.repeat(1e5)}${']'.repeat(1e5)}`),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.x', got: text('[[[[') },
    ],
    [
      '50,000 objects in objects in a field',
      withData(`"x":${'{"a":'.repeat(5e4)}1${'}'.repeat(5e4)}`),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.x', got: text('{"a":{"a":') },
    ],
    [
      '20,000 unknown fields',
      withData(Array.from({ length: 20_000 }, (_, at) => `"f${at}":0`).join(',')),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.f0', got: '0' },
    ],
    [
      'a long name of an unknown field',
      withData(`"${'n'.repeat(100_000)}":0`),
      { code: 'INVALID_PARAMETER_VALUE', field: text('data.nnnn') as string },
    ],
  ]

  test.each(huge)('%s is refused, and told shortly', async (_, message, refusal) => {
    const reason = expectRefused(await inbox.submit(topic, message), 'acme', refusal)
    expect(JSON.stringify(reason).length).toBeLessThan(2000)
  })

  test('a message of exactly the limit is looked at', async () => {
    const message = padded(MESSAGE_BYTES_MAX, { runtime: '1.0.x-scala2.9' })
    expectRefused(await inbox.submit(topic, message), 'acme', {
      code: 'INVALID_PARAMETER_VALUE',
      field: 'data.runtime',
    })
  })

  /** An extension attribute makes up the length: CloudEvents allows any. */
  function padded(bytes: number, data: Record<string, unknown> = {}): string {
    const short = JSON.stringify({ ...JSON.parse(event(topic, `padded-${bytes}`, data)), pad: '' })
    return short.replace('"pad":""', `"pad":"${'p'.repeat(bytes - short.length)}"`)
  }
})

describe('what JSON allows and nobody means', () => {
  const odd: readonly [string, string, Refusal][] = [
    [
      'a field twice: the last one counts',
      withData('"cluster":"etl","runtime":"1"').replace(
        '"runtime":"17.3.x-scala2.13"',
        '"runtime":"2"',
      ),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.runtime', got: '2' },
    ],
    [
      'data twice: the last one counts',
      envelope({}).replace(/}$/, ',"data":{"account":"acme"}}'),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.workspace', got: 'nothing' },
    ],
    [
      'a field named __proto__',
      withData('"__proto__":{"account":"evil"}'),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.__proto__', got: '{"account":"evil"}' },
    ],
    [
      'a type that only the prototype has',
      envelope({ type: undefined }).replace(
        '{',
        '{"__proto__":{"type":"kindling.cluster.requested.v1"},',
      ),
      malformed('type', { got: 'nothing' }),
    ],
    [
      'a field named constructor',
      withData('"constructor":{"prototype":{}}'),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.constructor' },
    ],
    [
      'half a character',
      withData('"\\ud83d":"\\ud83d"'),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.\u{fffd}', got: '\u{fffd}' },
    ],
    [
      'a number beyond all numbers',
      envelope({}).replace('"count":10', '"count":1e400'),
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.executors.count', got: 'Infinity' },
    ],
  ]

  test.each(odd)('%s', async (_, message, refusal) => {
    expectRefused(await inbox.submit(topic, message), 'acme', refusal)
  })
})
