// Every delivery reaches the functions three times, of messages and of document events. The launch ends as one in which each
// came once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { WORKSPACE } from '../loop/fixture.ts'
import { emulatorsMissing } from './emulators-missing.ts'
import { keepPodDiary, type PodDiary } from './pod-diary.ts'
import { remainsOf } from './remains.ts'
import { type Launched, undisturbed } from './undisturbed.ts'
import { ask, openWireSite, type WireSite } from './wire-site.ts'

const EXECUTORS = 60

const missing = await emulatorsMissing()

describe.runIf(missing === undefined)(
  'a launch in which everything is delivered three times',
  () => {
    let site: WireSite
    let expected: Launched
    let diary: PodDiary | undefined
    beforeAll(async () => {
      const functions = new URL('tripling-main.ts', import.meta.url)
      site = await openWireSite({ cloud: { speed: 60 }, mains: { functions } })
      expected = await undisturbed((stack, what) => ask(stack, what, EXECUTORS))
    }, 60_000)
    afterAll(async () => {
      diary?.stop()
      await site.stop()
    })

    test('runs, and has made nothing twice', async () => {
      const { stack } = site
      await ask(stack, 'workspace', EXECUTORS)
      await site.reach(WORKSPACE, 'RUNNING')
      diary = await keepPodDiary(stack, site.clock)
      await ask(stack, 'cluster', EXECUTORS)
      await site.allReady(EXECUTORS)
      await site.settled()
      expect(await remainsOf(stack)).toEqual(expected.remains)
      expect(diary.names()).toEqual(expected.pods)
      expect(diary.madeTwice()).toEqual([])
    }, 120_000)

    test('was delivered three times', async () => {
      const { functions = '' } = site.stack.endpoints
      const answer: unknown = await (await fetch(`${functions}/tripled`)).json()
      const { tripled } = z.object({ tripled: z.number() }).parse(answer)
      expect(tripled).toBeGreaterThan(20)
      const { deliveries } = await site.stack.counts()
      expect(deliveries).toBeGreaterThanOrEqual(3 * tripled - 20)
    })
  },
)
