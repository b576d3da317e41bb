// Messages that are too long, too deep, or JSON that nobody means. Each is told once, shortly, and never comes again.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MESSAGE_BYTES_MAX } from '../../events/envelope.ts'
import { topic } from './bad-messages.ts'
import { type Inbox, refusalIn, startInbox } from './inbox.ts'
import { huge, odd, padded } from './odd-messages.ts'

let inbox: Inbox
beforeAll(async () => {
  inbox = await startInbox()
})
afterAll(() => inbox.stop())

describe('what is too much', () => {
  test.each(huge)('%s is refused, and told shortly', async (_, message, refusal) => {
    const reason = refusalIn(await inbox.submit(topic, message), 'acme')
    expect(reason).toMatchObject(refusal)
    expect(JSON.stringify(reason).length).toBeLessThan(2000)
  })

  test('a message of exactly the limit is looked at', async () => {
    const message = padded(MESSAGE_BYTES_MAX, { runtime: '1.0.x-scala2.9' })
    expect(refusalIn(await inbox.submit(topic, message), 'acme')).toMatchObject({
      code: 'INVALID_PARAMETER_VALUE',
      field: 'data.runtime',
    })
  })
})

describe('what JSON allows and nobody means', () => {
  test.each(odd)('%s', async (_, message, refusal) => {
    expect(refusalIn(await inbox.submit(topic, message), 'acme')).toMatchObject(refusal)
  })
})
