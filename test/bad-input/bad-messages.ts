// Messages that are wrong before anybody looks at what they ask for, and what must be said of each.
import { sample } from '../loop/fixture.ts'
import { type Refusal, text } from './inbox.ts'

/** That all of them are published on. */
export const topic = 'cluster-requested'

type BadMessage = readonly [name: string, message: string, refusal: Refusal]

let serial = 0
/** The sample with a new id and other attributes; `undefined` takes one away. */
export function envelope(change: Record<string, unknown>): string {
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
/** No account can be read from these. */
export const unreadable: readonly BadMessage[] = [
  ['a space', ' ', notJson],
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

/** Nor from these, although they are JSON objects. */
export const nobodys: readonly BadMessage[] = [
  [
    'no id',
    envelope({ id: undefined }),
    malformed('id', { got: 'nothing', mend: text('add "id"') }),
  ],
  ['an empty id', envelope({ id: '' }), malformed('id', { allowed: 'at least 1 character' })],
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

/** Of the account of the sample. */
export const attributes: readonly (readonly [string, Record<string, unknown>, Refusal])[] = [
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
