// What becomes of an agent whose call is struck: the points of `--crash-points` would prove nothing if it went on as before.
import { afterEach, expect, test } from 'vitest'
import { profile } from '../../infra/local/profile.ts'
import { seededRandom } from '../../infra/local/clock.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { AGENT_LEASE } from '../../shared/manifests/agent.ts'
import { type Loop, startLoop } from '../loop/fixture.ts'
import { type CallWatch, callWatch } from './call-watch.ts'
import type { Mode } from './mode.ts'
import { workspace } from './scenario.ts'

let loop: Loop
let watch: CallWatch
afterEach(() => loop.stop())

/** A workspace whose agent's next renewal of the Lease is struck. */
async function struck(mode: Mode): Promise<void> {
  loop = await startLoop({
    profile: profile({ speed: 4, random: seededRandom(1) }),
    scheduler: false,
    agentProcess: (given, start) => watch.agentProcess(given, start),
  })
  watch = callWatch(loop.clock, () => undefined)
  await workspace(loop)
  await loop.clock.advance(minutes(1))
  watch.begin()
  watch.arm(2, mode)
  await loop.clock.until('the call', () => watch.struck() !== undefined, minutes(1))
  expect(watch.struck()?.site.text).toBe('agent: kubernetes.patch Lease kindling-agent')
}

async function lease() {
  const [engine] = loop.stack.data.clusters.values()
  const { spec } = (await engine?.face('system:masters').get(AGENT_LEASE)) ?? {}
  return { term: spec?.['leaseTransitions'], holder: spec?.['holderIdentity'] }
}

test('one that dies is started again in its pod', async () => {
  await struck('died')
  const before = await lease()
  await loop.clock.advance(seconds(30))
  expect(await lease()).toEqual({ term: 2, holder: before.holder })
})

test('one that stands still is replaced, and what it does late is refused', async () => {
  await struck('hung')
  await loop.clock.advance(minutes(5))
  expect(await lease()).toEqual({ term: 2, holder: expect.stringContaining('-elsewhere') })
})
