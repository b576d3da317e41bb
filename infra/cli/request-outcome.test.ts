// Which messages have an outcome to wait for.
import { expect, test } from 'vitest'
import { eventSamples } from '../../test/event-samples.ts'
import { requestAt, topicOf } from './request-outcome.ts'

const asks = /^kindling\.(workspace|cluster)\.(change\.)?requested\./

const placeOf = ({ text, event }: (typeof eventSamples)[number]): string | undefined =>
  requestAt(topicOf(event.type) ?? '', 'message-1', text)?.path

test.each(eventSamples.filter(({ event }) => asks.test(event.type)))('$name has one', (sample) => {
  expect(placeOf(sample)).toMatch(/^accounts\/acme\/requests\/sample-/)
})

test.each(eventSamples.filter(({ event }) => !asks.test(event.type)))(
  '$name has none',
  (sample) => {
    expect(placeOf(sample)).toBeUndefined()
  },
)
