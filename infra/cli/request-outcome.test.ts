// Which messages have an outcome to wait for.
import { expect, test } from 'vitest'
import { eventSamples } from '../../test/event-samples.ts'
import { requestAt, topicOf } from './request-outcome.ts'

test.each(eventSamples)('$name', ({ text, event }) => {
  const topic = topicOf(event.type) ?? ''
  const at = requestAt(topic, 'message-1', text)
  const asks = /^kindling\.(workspace|cluster)\.(change\.)?requested\./.test(event.type)
  expect(at !== undefined).toBe(asks)
  if (at) expect(at.path).toMatch(/^accounts\/acme\/requests\/sample-/)
})
