// Publishes one message to a stack that stands still otherwise, and tells everything that came of it.
import { isDeepStrictEqual } from 'node:util'
import { expect, vi } from 'vitest'
import { type Envelope, Envelope as EnvelopeSchema } from '../../events/envelope.ts'
import { Lifecycle, type Reason } from '../../events/lifecycle.ts'
import { idOf } from '../../shared/domain/paths.ts'
import { RequestOutcome } from '../../shared/domain/records.ts'
import type { Fields } from '../../shared/ports.ts'
import { event, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'

export interface Aftermath {
  /** Request documents that were not there before. */
  readonly outcomes: readonly { readonly path: string; readonly outcome: RequestOutcome }[]
  /** Lifecycle facts that were published, with the id of their event. */
  readonly published: readonly (Lifecycle & { readonly eventId: string })[]
  /** Facts stored below requests. */
  readonly facts: readonly string[]
  /** Every other document that was created, changed or deleted. */
  readonly touched: readonly string[]
  /** Invocations by message or document; one is the message's own. */
  readonly deliveries: number
  /** Messages that wait to be delivered again. */
  readonly waiting: number
  readonly logged: Loop['logged']
}

/** Of a message that was taken, and left no trace. */
export const nothing: Aftermath = {
  outcomes: [],
  facts: [],
  published: [],
  touched: [],
  deliveries: 1,
  waiting: 0,
  logged: [],
}

export interface Inbox {
  readonly loop: Loop
  /** Publishes, and gives what follows `ms` of virtual time: longer than a redelivery takes to come. */
  submit(topic: string, text: string, ms?: number): Promise<Aftermath>
  stop(): Promise<void>
}

/** Longer than the first back-off of a subscription (10 s). */
const WHILE = 25_000

const isOfRequest = (path: string): boolean => /^accounts\/[^/]+\/requests\//.test(path)
const isOutcome = (path: string): boolean => /^accounts\/[^/]+\/requests\/[^/]+$/.test(path)

/** A stack whose one workspace runs, and where the sweep no longer comes. */
export async function startInbox(): Promise<Inbox> {
  let isQuiet = false
  const busKnobs = { drop: (name: string) => isQuiet && name === 'sweep' }
  const loop = await startLoop({ busKnobs })
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'inbox-workspace'))
  await loop.reach(WORKSPACE, 'RUNNING')
  isQuiet = true
  await loop.clock.advance(120_000)
  return openInbox(loop)
}

export function openInbox(loop: Loop): Inbox {
  const { stack, clock, logged } = loop
  const published = vi.spyOn(stack.world.bus, 'publish')
  const all = (): Map<string, Fields> =>
    new Map(stack.store.dump().map(({ path, data }) => [path, data]))

  return {
    loop,
    async submit(topic, text, ms = WHILE) {
      const before = all()
      const deliveries = stack.host.counts.deliveries
      const lines = logged.length
      published.mockClear()
      await stack.publish(topic, text)
      await clock.advance(ms)
      const after = all()
      const paths = [...new Set([...before.keys(), ...after.keys()])]
      const changed = paths.filter((path) => !isDeepStrictEqual(before.get(path), after.get(path)))
      return {
        outcomes: changed
          .filter(isOutcome)
          .map((path) => ({ path, outcome: RequestOutcome.parse(after.get(path)) })),
        facts: changed.filter((path) => isOfRequest(path) && !isOutcome(path)),
        touched: changed.filter((path) => !isOfRequest(path)),
        published: published.mock.calls.flatMap(([to, { data }]) =>
          to === 'lifecycle' ? [factOf(EnvelopeSchema.parse(JSON.parse(data)))] : [],
        ),
        deliveries: stack.host.counts.deliveries - deliveries,
        waiting: stack.bus.waiting(),
        logged: logged.slice(lines),
      }
    },
    async stop() {
      published.mockRestore()
      await loop.stop()
    },
  }
}

function factOf({ id, data }: Envelope): Lifecycle & { eventId: string } {
  return { ...Lifecycle.parse(data), eventId: id }
}

/** What a refusal must say; texts may be given in part. */
export type Refusal = Pick<Reason, 'code'> & Readonly<Partial<Record<keyof Reason, unknown>>>

/**
 * The one refusal that a message came to. Fails unless it was kept and told once, and nothing else was written, nothing
 * logged, and the message not delivered again.
 */
export function refusalIn(
  aftermath: Aftermath,
  account: string,
  type: Reason['type'] = 'CLIENT_ERROR',
): Reason {
  const { outcomes, published, facts, touched, deliveries, waiting, logged } = aftermath
  expect({ outcomes: outcomes.length, touched, waiting, logged }).toEqual({
    outcomes: 1,
    touched: [],
    waiting: 0,
    logged: [],
  })
  const [told] = outcomes
  if (told?.outcome.is !== 'rejected') throw new Error(`not rejected: ${JSON.stringify(told)}`)
  const { reason } = told.outcome
  expect(told.path).toMatch(new RegExp(`^accounts/${account}/requests/`))
  expect(reason.type).toBe(type)
  expect(reason.message.length).toBeGreaterThan(10)
  expect(reason.mend).toBeTruthy()

  const request = idOf(told.path)
  expect(published).toHaveLength(1)
  expect(published[0]).toMatchObject({
    about: 'request',
    account,
    request,
    state: 'REJECTED',
    reason,
  })
  expect(facts).toEqual([`${told.path}/facts/rejected`])
  // The message, and the fact that was created.
  expect(deliveries).toBe(2)
  return reason
}

export const text = (part: string): unknown => expect.stringContaining(part)
