// Messages that are too long, too deep, or JSON that nobody means, and what must be said of each. All are of the account of
// the sample.
import { MESSAGE_BYTES_MAX } from '../../events/envelope.ts'
import { event, sample } from '../loop/fixture.ts'
import { topic } from './bad-messages.ts'
import { type Refusal, text } from './inbox.ts'

type OddMessage = readonly [name: string, message: string, refusal: Refusal]

let serial = 0
/** The sample with a new id and other attributes; `undefined` takes one away. */
function envelope(change: Record<string, unknown>): string {
  return JSON.stringify({ ...sample(topic), id: `odd-${++serial}`, ...change })
}
/** The sample with something put before its first data field, as text. */
function withData(json: string): string {
  return envelope({}).replace('"data":{', `"data":{${json},`)
}

/** An extension attribute makes up the length: CloudEvents allows any. */
export function padded(bytes: number, data: Record<string, unknown> = {}): string {
  const short = JSON.stringify({ ...JSON.parse(event(topic, `padded-${bytes}`, data)), pad: '' })
  return short.replace('"pad":""', `"pad":"${'p'.repeat(bytes - short.length)}"`)
}

export const huge: readonly OddMessage[] = [
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
    { code: 'INVALID_PARAMETER_VALUE', field: text('data.nnnn') },
  ],
]

export const odd: readonly OddMessage[] = [
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
    { code: 'MALFORMED_REQUEST', field: 'type', got: 'nothing' },
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
