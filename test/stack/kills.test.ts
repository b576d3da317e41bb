// The functions process is killed ten times in one launch, at moments drawn from a seed, and started again each time. The
// launch ends as one that nothing has happened to.
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededRandom } from '../../infra/local/clock.ts'
import { CLUSTER, WORKSPACE } from '../loop/fixture.ts'
import { HASTE } from './hasty-times.ts'
import { keepPodDiary, type PodDiary } from './pod-diary.ts'
import { remainsOf } from './remains.ts'
import { type Launched, undisturbed } from './undisturbed.ts'
import { ask, openWireSite, type WireSite } from './wire-site.ts'
import { withEmulators } from './with-emulators.ts'

const EXECUTORS = 60
/** Of a launch of each of the two. */
const KILLS = 5
/** The longest that a process is left alone (ms). */
const ALONE_MS = 1500
/** Cloud Scheduler's minute, shorter as the protocol's times are. */
const TICK_MS = 60_000 / HASTE
const SEED = Number(process.env['KINDLING_TEST_SEED']) || randomInt(1e9)
const LIMIT_MS = 150_000

await withEmulators('a launch in which the functions are killed ten times', () => {
  const random = seededRandom(SEED)
  const kills: string[] = []
  let site: WireSite
  let expected: Launched
  let diary: PodDiary | undefined
  let isOver = false
  beforeAll(async () => {
    const functions = new URL('hasty-main.ts', import.meta.url)
    site = await openWireSite({ cloud: { speed: 20, seed: SEED }, mains: { functions } })
    expected = await undisturbed((stack, what) => ask(stack, what, EXECUTORS))
  }, 60_000)
  afterAll(async () => {
    isOver = true
    diary?.stop()
    await site.stop()
  })

  async function tick(): Promise<void> {
    while (!isOver) {
      await site.clock.sleep(TICK_MS)
      if (!isOver) await site.stack.publish('sweep', '{}')
    }
  }

  async function killAndStart(path: string): Promise<void> {
    for (let count = 0; count < KILLS; count++) {
      const alone = Math.floor(random() * ALONE_MS)
      await site.clock.sleep(alone)
      await site.stack.killFunctions()
      kills.push(`${path} after ${alone} ms, ${(await site.entity(path))?.state}`)
      await site.stack.startFunctions()
    }
  }

  const said = (): string => `KINDLING_TEST_SEED=${SEED}; killed: ${kills.join('; ')}`

  test(
    'runs',
    async () => {
      const { stack } = site
      void tick().catch(() => undefined)
      try {
        await ask(stack, 'workspace', EXECUTORS)
        await killAndStart(WORKSPACE)
        await site.reach(WORKSPACE, 'RUNNING', LIMIT_MS)
        diary = await keepPodDiary(stack.endpoints['cloud'] ?? '')
        await ask(stack, 'cluster', EXECUTORS)
        await killAndStart(CLUSTER)
        await site.allReady(EXECUTORS, LIMIT_MS)
      } catch (error) {
        throw new Error(said(), { cause: error })
      }
    },
    2 * LIMIT_MS,
  )

  test('settles, with nothing left open', () => site.settled(), 90_000)

  test('has made nothing twice', async () => {
    expect(diary?.names(), said()).toEqual(expected.pods)
    expect(diary?.madeTwice(), said()).toEqual([])
    expect(await remainsOf(site.stack), said()).toEqual(expected.remains)
  })
})
