// The functions as they are deployed: bundled, and on the emulators a cluster comes up by them, and their operations are counted.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLUSTER, event, WORKSPACE } from '../loop/fixture.ts'
import { openWireSite, type WireSite } from '../stack/wire-site.ts'

let site: WireSite

beforeAll(async () => {
  site = await openWireSite({ cloud: { speed: 50 }, bundled: true })
}, 120_000)

afterAll(() => site.stop())

test('a launch by bundled functions', async () => {
  const { stack } = site
  await stack.publish('workspace-requested', event('workspace-requested', 'w'))
  await site.reach(WORKSPACE, 'RUNNING', 120_000)
  await stack.publish('cluster-requested', event('cluster-requested', 'c'))
  await site.reach(CLUSTER, 'RUNNING', 120_000)
  const { invocations, firestoreWrites, gkeCalls, networkCalls, kubernetesCalls } =
    await stack.counts()
  for (const count of [invocations, firestoreWrites, gkeCalls, networkCalls, kubernetesCalls])
    expect(count).toBeGreaterThan(0)
}, 300_000)
