// Every bad input of test/bad-input published for real, through Pub/Sub: each has its outcome, is told once to whoever
// subscribes, and is acknowledged.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { snapshotTopic } from '../../events/pod-snapshot.ts'
import { readOutcome, requestAt } from '../../infra/cli/request-outcome.ts'
import { idOf } from '../../shared/domain/paths.ts'
import { entries, garbage, ofNobody, SECRET, snapshot } from '../bad-input/bad-hints.ts'
import { event, WORKSPACE } from '../loop/fixture.ts'
import {
  type BadCase,
  ofClusters,
  ofMessages,
  ofWorkspaces,
  withoutWorkspace,
} from './bad-cases.ts'
import { emulatorsMissing } from './emulators-missing.ts'
import { type LifecycleSubscriber, subscribeToLifecycle } from './lifecycle-subscriber.ts'
import { remainsOf } from './remains.ts'
import { openWireSite, type WireSite } from './wire-site.ts'

/** Longer than the first back-off of a subscription. */
const REDELIVERY_MS = 12_000
const missing = await emulatorsMissing()

describe.runIf(missing === undefined)('published for real', () => {
  let site: WireSite
  let subscriber: LifecycleSubscriber
  /** Ids of all messages that were published. */
  const published: string[] = []
  const requests = new Set<string>()
  beforeAll(async () => {
    site = await openWireSite({ cloud: { speed: 100 } })
    subscriber = await subscribeToLifecycle(site.stack, site.clock)
  }, 60_000)
  afterAll(async () => {
    await subscriber.stop()
    await site.stop()
  })

  async function publish(topic: string, message: string): Promise<string> {
    const id = await site.stack.publish(topic, message)
    published.push(id)
    return id
  }

  const outcomeOf = async ({ topic, message }: BadCase, id: string) => {
    const at = requestAt(topic, id, message)
    if (!at) throw new Error(`nobody takes requests on ${topic}`)
    return await site.until(`outcome of ${id}`, () => readOutcome(site.stack.reader, at))
  }

  const factsOf = async (request: string) =>
    await site.until(`fact of ${request}`, async () => {
      const facts = subscriber.of(request)
      return facts.length > 0 ? facts : undefined
    })

  /** Publishes all at once; then each is what it must be. */
  function eachOf(cases: readonly BadCase[]): void {
    let ids: readonly string[]
    beforeAll(async () => {
      ids = await Promise.all(cases.map(({ topic, message }) => publish(topic, message)))
    }, 60_000)
    test.each(cases.map((each, index) => ({ ...each, index })))(
      '$name',
      async ({ index, ...each }) => {
        const { account, refusal } = each
        const told = await outcomeOf(each, ids[index] ?? '')
        expect(told).toMatchObject({ is: 'rejected', reason: refusal })
        expect(told.request).toContain(`accounts/${account}/requests/`)
        const request = idOf(told.request)
        requests.add(request)
        const { reason } = told
        expect(await factsOf(request)).toMatchObject([
          { about: 'request', account, request, state: 'REJECTED', reason },
        ])
      },
    )
  }

  describe('a message', () => {
    eachOf(ofMessages)
  })
  describe('a workspace', () => {
    eachOf(ofWorkspaces)
  })
  describe('a good request too early', () => {
    eachOf([withoutWorkspace])
  })

  test('nothing has come of them', async () => {
    expect(await site.stack.workspaces()).toEqual([])
    expect(await site.stack.resources()).toEqual([])
    const { gkeCalls, networkCalls, kubernetesCalls } = await site.stack.counts()
    expect([gkeCalls, networkCalls, kubernetesCalls]).toEqual([0, 0, 0])
  })

  describe('where a workspace runs', () => {
    const good = event('workspace-requested', 'good')
    let before: Awaited<ReturnType<typeof remainsOf>>['ledger']
    beforeAll(async () => {
      await publish('workspace-requested', good)
      await site.reach(WORKSPACE, 'RUNNING')
      before = (await remainsOf(site.stack)).ledger
    }, 90_000)

    describe('a cluster', () => {
      eachOf(ofClusters)
    })

    test('the id of an earlier request with another body is told of', async () => {
      const again = event('workspace-requested', 'good', { region: 'us-central1' })
      const id = await publish('workspace-requested', again)
      const at = requestAt('workspace-requested', id, again)
      if (!at) throw new Error('no request')
      const told = await site.until('conflict', () => readOutcome(site.stack.reader, at))
      expect(told).toMatchObject({ is: 'rejected', reason: { code: 'ALREADY_EXISTS' } })
    })

    test('hints that cannot be read, or are of nobody, change nothing', async () => {
      const topic = snapshotTopic('acme', 'analytics')
      await Promise.all([
        ...garbage.map(([, message]) => publish(topic, message)),
        ...ofNobody.map(([, data]) => publish(topic, snapshot(data))),
        ...entries.map(([, entry]) => publish('audit-log', entry)),
        publish('idle-timeout', event('idle-timeout', 'idle-1', { cluster: 'nobody' })),
      ])
      await site.until('all runs', async () => {
        const ran = await runsByMessage(site)
        return published.every((id) => ran.has(id)) || undefined
      })
      expect((await remainsOf(site.stack)).ledger).toEqual(before)
    })
  })

  test('each is acknowledged and told once', async () => {
    await site.clock.sleep(REDELIVERY_MS)
    const ran = await runsByMessage(site)
    expect(published.filter((id) => ran.get(id) !== 1)).toEqual([])
    expect([...requests].filter((request) => subscriber.of(request).length !== 1)).toEqual([])
  })

  test('the log tells of unreadable snapshots, and quotes nobody', async () => {
    const lines = await logOf(site)
    const loud = lines.filter(({ severity }) => severity !== 'DEBUG')
    expect(loud.map(({ message }) => message)).toEqual(garbage.map(() => 'unreadable snapshot'))
    expect(JSON.stringify(lines)).not.toContain(SECRET)
  })

  test('more than Pub/Sub takes is refused before it is sent', async () => {
    const tooMuch = 'x'.repeat(10 * 1024 * 1024 + 1)
    await expect(site.stack.publish('cluster-requested', tooMuch)).rejects.toMatchObject({
      kind: 'invalid',
    })
  })
})

const Line = z.looseObject({ severity: z.string(), message: z.string() })
const Ran = z.object({ message: z.literal('function ran'), messageId: z.string() })

async function logOf({ stack }: WireSite): Promise<z.infer<typeof Line>[]> {
  const text = await readFile(join(stack.logDirectory, 'functions.log'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)))
}

/** How often a function has run for each message. */
async function runsByMessage(site: WireSite): Promise<ReadonlyMap<string, number>> {
  const runs = new Map<string, number>()
  for (const line of await logOf(site)) {
    const id = Ran.safeParse(line).data?.messageId
    if (id !== undefined) runs.set(id, (runs.get(id) ?? 0) + 1)
  }
  return runs
}
