// Facts are what users' own subscribers read: every text is bounded, and a reason has a code and a kind.
import { expect, test } from 'vitest'
import { sampleData } from '../test/event-samples.ts'
import { refusedFields } from '../test/refused-fields.ts'
import { Lifecycle, Reason } from './lifecycle.ts'

const fact = sampleData('lifecycle')
const reason = Reason.parse(sampleData('lifecycle-rejected')['reason'])

const bad: readonly [string, Record<string, unknown>, string][] = [
  ['about nothing', { about: undefined }, 'about'],
  ['about something unknown', { about: 'pool' }, 'about'],
  ['no state', { state: undefined }, 'state'],
  ['a negative generation', { generation: -1 }, 'generation'],
  ['an instant with a fraction', { at: 0.5 }, 'at'],
  ['a reason without a code', { reason: { ...reason, code: undefined } }, 'reason.code'],
  ['a reason of an unknown kind', { reason: { ...reason, type: 'OOPS' } }, 'reason.type'],
  ['an endless message', { reason: { ...reason, message: 'm'.repeat(1025) } }, 'reason.message'],
  ['an unknown field of a reason', { reason: { ...reason, stack: '' } }, 'reason.stack'],
]

test.each(bad)('%s is refused', (_, change, field) => {
  expect(refusedFields(Lifecycle, { ...fact, ...change })).toEqual([field])
})
