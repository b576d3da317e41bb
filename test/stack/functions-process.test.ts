// The functions process as a child, on Google's emulators: woken over Pub/Sub and Firestore, killed, and ended.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realClock } from '../../infra/local/clock.ts'
import {
  clientEnvironment,
  type Emulator,
  emulatorMissing,
  startEmulator,
} from '../../infra/local/emulators.ts'
import { freePort } from '../../infra/local/loopback/free-port.ts'
import { type NodeProcess, startNodeProcess } from '../../infra/local/stack/node-process.ts'
import { openTopics } from '../../infra/local/stack/topics.ts'
import { firestoreStore, type FirestoreStore } from '../../shared/clients/firestore-store.ts'
import { pubsubBus, type PubsubBus } from '../../shared/clients/pubsub-bus.ts'
import { pushEndpoint } from '../../shared/clients/push-endpoint.ts'
import { deliveryPolicy } from '../../functions/delivery.ts'
import { requestPath, UNADDRESSED } from '../../shared/domain/paths.ts'
import { requestId } from '../../shared/runtime/intake.ts'
import { pushReceiver, type PushReceiver } from '../contract/push-receiver.ts'
import { event, sample } from '../loop/fixture.ts'

const MAIN = new URL('../../infra/local/functions/main.ts', import.meta.url)
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const clock = realClock()
const project = `demo-${randomUUID().slice(0, 13)}`
const missing = (await emulatorMissing('firestore')) ?? (await emulatorMissing('pubsub'))

test('there are emulators', (context) => {
  context.skip(missing !== undefined && !process.env['CI'], missing)
  expect(missing).toBeUndefined()
})

interface Site {
  readonly logs: string
  readonly firestore: Emulator
  readonly pubsub: Emulator
  readonly store: FirestoreStore
  readonly bus: PubsubBus
  readonly receiver: PushReceiver
  /** Lifecycle events that a subscriber was sent. */
  readonly told: Record<string, unknown>[]
  readonly environment: Record<string, string>
  functions: NodeProcess
}

async function openSite(): Promise<Site> {
  Object.assign(process.env, clientEnvironment)
  const logs = await mkdtemp(join(tmpdir(), 'kindling-functions-'))
  const port = Number(process.env['KINDLING_PORT']) || (await freePort(clock))
  const door = `http://127.0.0.1:${port}`
  const emulator = { clock, logDirectory: logs }
  const [firestore, pubsub, receiver] = await Promise.all([
    startEmulator('firestore', { ...emulator, functionsEmulator: `127.0.0.1:${port}` }),
    startEmulator('pubsub', emulator),
    pushReceiver(),
  ])
  const told: Record<string, unknown>[] = []
  receiver.handle('subscriber', async ({ data }) => void told.push(JSON.parse(data)))
  const bus = pubsubBus({
    projectId: project,
    clock,
    emulatorHost: pubsub.host,
    pushEndpoint: (name, topic) =>
      name === 'subscriber'
        ? receiver.endpoint(name, topic)
        : pushEndpoint(door, project, name, topic),
    retry: (name) => deliveryPolicy(name === 'subscriber' ? 'announce' : name),
  })
  await openTopics(bus)
  await bus.subscribe('lifecycle', 'subscriber', 'subscriber')
  const environment = {
    ...clientEnvironment,
    KINDLING_PROJECT: project,
    KINDLING_PORT: String(port),
    KINDLING_PUSH_URL: door,
    FIRESTORE_EMULATOR_HOST: firestore.host,
    PUBSUB_EMULATOR_HOST: pubsub.host,
  }
  const store = firestoreStore({ projectId: project, clock, emulatorHost: firestore.host })
  const site = { logs, firestore, pubsub, store, bus, receiver, told, environment }
  return { ...site, functions: await startIn(environment, logs) }
}

function startIn(environment: Record<string, string>, logs: string): Promise<NodeProcess> {
  return startNodeProcess({ name: 'functions', main: MAIN, environment }, logs, clock)
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const limit = clock.now() + 20_000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (clock.now() > limit) throw new Error(`${what}: not within 20 s`)
    await clock.sleep(30)
  }
}

/** Runs the program to its end with this environment and nothing else of ours; what it said, and its code. */
function runToEnd(
  environment: Record<string, string>,
): Promise<{ code: number | null; lines: string[] }> {
  return new Promise((resolve) => {
    const { PATH = '', HOME = '' } = process.env
    const env = { PATH, HOME, ...environment }
    const child = spawn(process.execPath, [fileURLToPath(MAIN)], {
      env,
      stdio: ['pipe', 'inherit', 'pipe'],
    })
    let text = ''
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    child.once('close', (code) => resolve({ code, lines: text.trim().split('\n') }))
  })
}

const bad = (id: string): string => {
  const envelope = JSON.parse(event('cluster-requested', id, { executors: -3 })) as object
  return JSON.stringify({ ...envelope, traceparent: `00-${TRACE}-b7ad6b7169203331-01` })
}
const outcomePath = (id: string): string =>
  requestPath('acme', requestId(String(sample('cluster-requested')['source']), id))

describe.runIf(missing === undefined)('the functions process', () => {
  let site: Site
  beforeAll(async () => {
    site = await openSite()
  }, 60_000)
  afterAll(async () => {
    await site.functions.stop()
    await Promise.all([site.store.close(), site.bus.close(), site.receiver.close()])
    await Promise.all([site.firestore.stop(), site.pubsub.stop()])
    await rm(site.logs, { recursive: true, force: true })
    clock.stop()
  })

  const publish = (data: string, attributes = {}): Promise<string> =>
    site.bus.publish('cluster-requested', { data, attributes })
  const rejected = (path: string) => until(path, async () => (await site.store.get(path))?.data)
  const toldOf = (id: string) =>
    until(`lifecycle of ${id}`, async () =>
      site.told.find((each) =>
        JSON.stringify(each).includes(requestId(String(sample('cluster-requested')['source']), id)),
      ),
    )

  test('rejects a bad request that is published, and tells of it in the trace of the request', async () => {
    await publish(bad('bad-1'))
    const outcome = await rejected(outcomePath('bad-1'))
    expect(outcome).toMatchObject({ is: 'rejected', reason: { field: 'data.executors' } })
    expect(await toldOf('bad-1')).toMatchObject({
      type: 'kindling.lifecycle.v1',
      traceparent: expect.stringContaining(TRACE),
      data: { about: 'request', state: 'REJECTED' },
    })
  })

  test('gives a message without data its outcome too', async () => {
    const before = site.told.length
    await publish('', { note: 'nothing' })
    await until('its fact', async () => site.told[before])
    const [request] = await site.store.list(`accounts/${UNADDRESSED}/requests`)
    expect(request?.data).toMatchObject({ is: 'rejected', reason: { code: 'MALFORMED_REQUEST' } })
  })

  test('logs JSON lines only, with the trace of the request', async () => {
    const lines = (await readFile(site.functions.logFile, 'utf8')).trim().split('\n')
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const ofTrace = entries.filter(
      (entry) => entry['logging.googleapis.com/trace'] === `projects/${project}/traces/${TRACE}`,
    )
    expect(ofTrace).toMatchObject([{ message: 'function ran', topic: 'cluster-requested' }])
  })

  test('counts what it costs', async () => {
    const answer = await fetch(`http://127.0.0.1:${site.environment['KINDLING_PORT']}/counts`)
    expect(await answer.json()).toMatchObject({
      deliveries: expect.toSatisfy((count: number) => count >= 5),
      firestoreWrites: expect.toSatisfy((count: number) => count >= 6),
      gkeCalls: 0,
    })
  })

  test('killed and started again it takes what was published meanwhile', async () => {
    await site.functions.kill()
    await publish(bad('bad-2'))
    site.functions = await startIn(site.environment, site.logs)
    expect(await rejected(outcomePath('bad-2'))).toMatchObject({ is: 'rejected' })
    await toldOf('bad-2')
  })

  test('a second one on the same port says so in one line, and ends', async () => {
    const { code, lines } = await runToEnd(site.environment)
    expect([code, lines.length]).toEqual([1, 1])
    expect(lines[0]).toContain('EADDRINUSE')
  })

  test('told to stop it ends by itself', async () => {
    await site.functions.stop()
    expect(await site.functions.ended).toBe('code 0')
    site.functions = await startIn(site.environment, site.logs)
  })

  test('with an emulator that sends no triggers it says so in one line, and ends', async () => {
    const { FIRESTORE_EMULATOR_HOST: _, ...environment } = process.env
    const mute = await startEmulator('firestore', {
      clock,
      logDirectory: join(site.logs, 'mute'),
      environment,
    })
    const port = String(await freePort(clock))
    const { code, lines } = await runToEnd({
      ...site.environment,
      FIRESTORE_EMULATOR_HOST: mute.host,
      KINDLING_PORT: port,
    })
    await mute.stop()
    expect([code, lines.length]).toEqual([1, 1])
    expect(lines[0]).toContain(`sends no triggers`)
    expect(lines[0]).toContain(`--functions_emulator 127.0.0.1:${port}`)
  })

  test('without a project it says so in one line, and ends', async () => {
    const { code, lines } = await runToEnd({})
    expect([code, lines.length]).toEqual([1, 1])
    expect(lines[0]).toContain('KINDLING_PROJECT is not set')
  })
})
