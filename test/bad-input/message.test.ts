// What is wrong with a message before anybody looks at what it asks for. Each is told once and never comes again.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attributes, envelope, nobodys, topic, unreadable } from './bad-messages.ts'
import { refusalIn, type Inbox, startInbox } from './inbox.ts'

let inbox: Inbox
beforeAll(async () => {
  inbox = await startInbox()
})
afterAll(() => inbox.stop())

const NOBODY = '_unaddressed'

test.each(unreadable)('%s is refused', async (_, message, refusal) => {
  expect(refusalIn(await inbox.submit(topic, message), NOBODY)).toMatchObject(refusal)
})

test.each(nobodys)(
  '%s is refused, and kept where no account can look',
  async (_, message, refusal) => {
    expect(refusalIn(await inbox.submit(topic, message), NOBODY)).toMatchObject(refusal)
  },
)

test.each(attributes)('%s is refused', async (_, change, refusal) => {
  expect(refusalIn(await inbox.submit(topic, envelope(change)), 'acme')).toMatchObject(refusal)
})
