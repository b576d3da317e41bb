// The drills that happen inside a GKE cluster, on real control planes: pods that do not start, and machines that go. The
// functions are hasty, so that their patience is over in seconds.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { podDrills } from '../drills/pod-drills.ts'
import { drillOnWire } from '../drills/wire-drill.ts'
import { openWireSite, type WireSite } from '../stack/wire-site.ts'

/** Time that one drill may take on a machine that does much else (ms). */
const LIMIT = 240_000

/** All but those that wait for five minutes of patience with an image; the one whose registry comes back is among them. */
const within = podDrills.filter(
  ({ faults, ends }) => ends === undefined || faults.every(({ name }) => name !== 'image-pull'),
)

let site: WireSite
let serial = 0
beforeAll(async () => {
  const functions = new URL('../stack/hasty-main.ts', import.meta.url)
  site = await openWireSite({ cloud: { speed: 60 }, mains: { functions } })
  site.tickInHaste()
})
afterEach(async () => void (await site.stack.faults.clear()))
afterAll(() => site.stop())

test('there is a real control plane', () => {
  expect(site.stack.parts.kubernetes).toBe('managed')
})

test.each(within)(
  '$name',
  async (drill) => {
    const workspace = `drill-${++serial}`
    await expect(drillOnWire(site, drill, workspace, LIMIT)).resolves.toBeUndefined()
  },
  LIMIT,
)
