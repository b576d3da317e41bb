// The functions process is killed five times while a workspace goes to sleep, and five times while it is woken, at moments
// drawn from a seed, and started again each time. It sleeps, and it wakes, as one that nothing has happened to.
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../infra/local/clock.ts'
import type { Stack } from '../../infra/local/stack/stack.ts'
import type { Entity } from '../../shared/domain/entity.ts'
import { hours, minutes } from '../../shared/domain/time.ts'
import { CLUSTER, event, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { ask, openWireSite, type WireSite } from '../stack/wire-site.ts'
import { emulatorsMissing } from '../stack/emulators-missing.ts'
import { isSettled, type Remains, remainsOf } from '../stack/remains.ts'

const EXECUTORS = 3
const KILLS = 5
/** The longest that a process is left alone (ms). */
const ALONE_MS = 3000
/** A transaction that was open at a kill keeps its documents locked until Firestore drops it, after 60 s without use. */
const LIMIT_MS = 150_000
/** Longer than a lock lasts, where an hour is four seconds. */
const LONG_HOURS = 72
const SEED = Number(process.env['KINDLING_TEST_SEED']) || randomInt(1e9)
const missing = await emulatorsMissing()

const sleepOf = (entity: Entity | undefined): string | undefined =>
  entity && 'hibernation' in entity ? entity.hibernation : undefined

async function askForWorkspace(stack: Stack): Promise<void> {
  const data = { hibernateAfterHours: 1 }
  await stack.publish('workspace-requested', event('workspace-requested', 'workspace-1', data))
}

/**
 * An hour is four seconds here, and a lock that a kill leaves lasts as long as ever: while one kept the request for a cluster
 * from being taken in, the workspace would be without clusters for longer than it is to stay awake.
 */
async function askToStayAwake(stack: Stack): Promise<void> {
  const settings = { hibernateAfterHours: LONG_HOURS }
  const topic = 'workspace-change-requested'
  await stack.publish(topic, event(topic, 'workspace-2', { change: { action: 'edit', settings } }))
}

const staysAwake = (entity: Entity | undefined): true | undefined =>
  (entity?.kind === 'workspace' && entity.spec.hibernateAfterHours === LONG_HOURS) || undefined

interface Expected {
  readonly asleep: Remains
  readonly awake: Remains
}

/** The same in one process, on a virtual clock, with nothing done to it. */
async function undisturbed(): Promise<Expected> {
  const loop = await startLoop()
  try {
    await askForWorkspace(loop.stack)
    await loop.reach(WORKSPACE, 'RUNNING')
    await loop.clock.advance(hours(4))
    const asleep = await remainsOf(loop.stack)
    await askToStayAwake(loop.stack)
    const isTold = async () => staysAwake(await loop.entity(WORKSPACE)) ?? false
    await loop.clock.until('told to stay awake', isTold, minutes(1))
    await ask(loop.stack, 'cluster', EXECUTORS)
    await loop.reach(CLUSTER, 'RUNNING')
    await loop.clock.until('settled', () => isSettled(loop.stack), 10 * 60_000)
    return { asleep, awake: await remainsOf(loop.stack) }
  } finally {
    await loop.stack.stop()
  }
}

describe.runIf(missing === undefined)('a workspace whose functions are killed', () => {
  const random = seededRandom(SEED)
  const kills: string[] = []
  let site: WireSite
  let expected: Expected
  beforeAll(async () => {
    const functions = new URL('../stack/sleepy-main.ts', import.meta.url)
    site = await openWireSite({ cloud: { speed: 20, seed: SEED }, mains: { functions } })
    expected = await undisturbed()
  }, 60_000)
  afterAll(async () => {
    await site.stop()
  })

  async function killAndStart(): Promise<void> {
    for (let count = 0; count < KILLS; count++) {
      const alone = Math.floor(random() * ALONE_MS)
      await site.clock.sleep(alone)
      await site.stack.killFunctions()
      const workspace = await site.entity(WORKSPACE)
      kills.push(`after ${alone} ms, ${workspace?.state} ${sleepOf(workspace) ?? 'awake'}`)
      await site.stack.startFunctions()
    }
  }

  async function untilSleepIs(wanted: string | undefined): Promise<void> {
    const has = async () => (sleepOf(await site.entity(WORKSPACE)) === wanted ? true : undefined)
    await site.until(`${WORKSPACE} ${wanted ?? 'awake'}`, has, LIMIT_MS)
  }

  /** Until nothing is on its way, and the cloud has what it is to have. */
  async function cameTo(wanted: Remains): Promise<Remains> {
    const has = async () => {
      const remains = await remainsOf(site.stack)
      return JSON.stringify(remains) === JSON.stringify(wanted) ? true : undefined
    }
    // What it came to instead is told by the comparison.
    await site.until('nothing more to do', has, LIMIT_MS).catch(() => undefined)
    return await remainsOf(site.stack)
  }

  async function sleepAndWake(): Promise<void> {
    await askForWorkspace(site.stack)
    await site.reach(WORKSPACE, 'RUNNING', LIMIT_MS)
    await untilSleepIs('HIBERNATED')
    await killAndStart()
    expect(await cameTo(expected.asleep)).toEqual(expected.asleep)
    expect(await site.entity(WORKSPACE)).toMatchObject({
      state: 'RUNNING',
      hibernation: 'HIBERNATED',
      generation: 2,
    })
    await askToStayAwake(site.stack)
    await site.until('told to stay awake', async () => staysAwake(await site.entity(WORKSPACE)))
    await ask(site.stack, 'cluster', EXECUTORS)
    await killAndStart()
    await untilSleepIs(undefined)
    await site.allReady(EXECUTORS, LIMIT_MS)
    expect(await cameTo(expected.awake)).toEqual(expected.awake)
    expect(await site.entity(WORKSPACE)).toMatchObject({ state: 'RUNNING', generation: 3 })
  }

  test(
    'hibernates and wakes, and nothing is left over',
    async () => {
      site.tickInHaste()
      try {
        await sleepAndWake()
      } catch (cause) {
        const again = `again with KINDLING_TEST_SEED=${SEED}`
        throw new Error(`${again}; killed ${kills.join('; ')}: ${String(cause)}`, { cause })
      }
      process.stdout.write(`killed ${kills.join('; ')}\n`)
      expect(kills).toHaveLength(2 * KILLS)
    },
    4 * LIMIT_MS,
  )
})
