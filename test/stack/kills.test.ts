// The functions process is killed ten times in one launch, at moments drawn from a seed, and started again each time. The
// launch ends as one that nothing has happened to.
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../infra/local/clock.ts'
import { CLUSTER, WORKSPACE } from '../loop/fixture.ts'
import { emulatorsMissing } from './emulators-missing.ts'
import { keepPodDiary, type PodDiary } from './pod-diary.ts'
import { remainsOf } from './remains.ts'
import { type Launched, undisturbed } from './undisturbed.ts'
import { ask, openWireSite, type WireSite } from './wire-site.ts'

const EXECUTORS = 60
/** In the launch of each of the two. */
const KILLS = 5
/** The longest that a process is left alone (ms). */
const ALONE_MS = 1500
/** A transaction that was open at a kill keeps its documents locked until Firestore drops it, after 60 s without use. */
const LIMIT_MS = 150_000
const SEED = Number(process.env['KINDLING_TEST_SEED']) || randomInt(1e9)
const missing = await emulatorsMissing()

describe.runIf(missing === undefined)('a launch in which the functions are killed', () => {
  const random = seededRandom(SEED)
  const kills: string[] = []
  let site: WireSite
  let expected: Launched
  let diary: PodDiary | undefined
  beforeAll(async () => {
    const functions = new URL('hasty-main.ts', import.meta.url)
    site = await openWireSite({ cloud: { speed: 20, seed: SEED }, mains: { functions } })
    expected = await undisturbed((stack, what) => ask(stack, what, EXECUTORS))
  }, 60_000)
  afterAll(async () => {
    diary?.stop()
    await site.stop()
  })

  async function killAndStart(path: string): Promise<void> {
    for (let count = 0; count < KILLS; count++) {
      const alone = Math.floor(random() * ALONE_MS)
      await site.clock.sleep(alone)
      await site.stack.killFunctions()
      kills.push(`after ${alone} ms, ${path} ${(await site.entity(path))?.state ?? 'unknown'}`)
      await site.stack.startFunctions()
    }
  }

  async function launch(): Promise<void> {
    const { stack } = site
    await ask(stack, 'workspace', EXECUTORS)
    await killAndStart(WORKSPACE)
    await site.reach(WORKSPACE, 'RUNNING', LIMIT_MS)
    diary = await keepPodDiary(stack, site.clock)
    await ask(stack, 'cluster', EXECUTORS)
    await killAndStart(CLUSTER)
    await site.allReady(EXECUTORS, LIMIT_MS)
    await site.settled(LIMIT_MS)
    expect(await remainsOf(stack)).toEqual(expected.remains)
    expect(diary.names()).toEqual(expected.pods)
    expect(diary.madeTwice()).toEqual([])
  }

  test(
    'runs, and has made nothing twice',
    async () => {
      site.tickInHaste()
      try {
        await launch()
      } catch (cause) {
        const again = `again with KINDLING_TEST_SEED=${SEED}`
        throw new Error(`${again}; killed ${kills.join('; ')}: ${String(cause)}`, { cause })
      }
      expect(kills).toHaveLength(2 * KILLS)
    },
    3 * LIMIT_MS,
  )
})
