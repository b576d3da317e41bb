// What an hour costs in which nothing happens: nothing but the sweep's own looks where a workspace hibernates, and audits,
// which are counted here, where one runs. The figures are printed; `npx vitest run test/loop/quiet-hour.test.ts` shows them.
import { afterEach, describe, expect, it } from 'vitest'
import { hours, minutes } from '../../shared/domain/time.ts'
import { type Counts, countsSince } from '../../shared/runtime/counts.ts'
import { ownCost, ownCostText, schedulerCost } from '../../shared/runtime/own-cost.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { askForCluster, inCloud, startAfterCluster } from './whole.ts'

let loop: Loop
afterEach(() => loop.stop())

async function duringAnHour(): Promise<Counts> {
  const before = await loop.stack.counts()
  await loop.clock.advance(hours(1))
  return countsSince(before, await loop.stack.counts())
}

const cloudCalls = ({ gkeCalls, networkCalls, kubernetesCalls }: Counts): number =>
  gkeCalls + networkCalls + kubernetesCalls

function print(what: string, counts: Counts, ms = hours(1)): void {
  const { firestoreReads: reads, firestoreWrites: writes } = counts
  const did = `${cloudCalls(counts)} cloud calls, ${writes} writes, ${reads} reads`
  const scheduler = `Cloud Scheduler $${(schedulerCost(ms) / 1e9).toFixed(6)}`
  process.stdout.write(`${what}: ${did}; ${scheduler}; ${ownCostText(ownCost(counts))}\n`)
}

describe('a quiet hour', () => {
  it('with a workspace that hibernates: no cloud call and no write; it costs what the sweep and the Scheduler cost', async () => {
    loop = await startAfterCluster({ hibernateAfterHours: 1 }, {})
    await loop.clock.advance(hours(11))
    expect(await loop.entity(WORKSPACE)).toMatchObject({ hibernation: 'HIBERNATED' })
    const counts = await duringAnHour()
    print('an hour of a workspace that hibernates', counts)
    expect(cloudCalls(counts)).toBe(0)
    expect(counts).toMatchObject({
      firestoreWrites: 0,
      refusedWrites: 0,
      pubsubMessages: 0,
      // The sweep's, one a minute.
      invocations: 60,
    })
    // A few queries that find nothing, and the store's time; none of them for a workspace.
    expect(counts.firestoreReads % 60).toBe(0)
    expect(counts.firestoreReads).toBeLessThanOrEqual(60 * 10)
    const cost = ownCost(counts)
    expect(cost.nanoDollars).toBeGreaterThan(0)
    expect(cost.usd).toBeLessThan(0.001)
  })

  it('is one of almost all: a week of hibernation has an audit every twelve hours', async () => {
    loop = await startAfterCluster({ hibernateAfterHours: 1 }, {})
    await loop.clock.advance(hours(11))
    const before = await loop.stack.counts()
    await loop.clock.advance(hours(7 * 24))
    const counts = countsSince(before, await loop.stack.counts())
    print('a week of it', counts, hours(7 * 24))
    // An audit: its alarm is moved on, and the cloud is listed and looked at.
    expect(counts.firestoreWrites).toBeGreaterThanOrEqual(13)
    expect(counts.firestoreWrites).toBeLessThanOrEqual(15)
    expect(cloudCalls(counts) / counts.firestoreWrites).toBeLessThanOrEqual(9)
  })

  it('with a workspace that runs, and a cluster in it that is idle: a heartbeat a minute, two audits of each thing', async () => {
    loop = await startLoop()
    await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
    await loop.reach(WORKSPACE, 'RUNNING')
    await askForCluster(loop, { autoterminationMinutes: 0 })
    await loop.reach(CLUSTER, 'RUNNING')
    await loop.clock.advance(minutes(30))
    const resources = inCloud(loop)
    const counts = await duringAnHour()
    print('an hour of an idle cluster', counts)
    // Each heartbeat is kept. Workspace, two pools and cluster move their alarms on, twice; the meter is written, twice.
    expect(counts.firestoreWrites).toBe(60 + 2 * 4 + 2)
    expect(inCloud(loop)).toEqual(resources)
  })
})

describe('what a hand that froze makes long after', () => {
  it('is found by the next audit of a workspace that hibernates, and removed: at most twelve hours later, and a bit', async () => {
    loop = await startAfterCluster({ hibernateAfterHours: 1 }, {})
    await loop.clock.advance(hours(48))
    const asleep = inCloud(loop)
    const found = await loop.entity(WORKSPACE)
    if (found?.kind !== 'workspace') throw new Error('there is no workspace')
    const { project, region, serviceAccount } = found.spec
    const { account, workspace } = found
    const identity = { account, workspace, project, region, serviceAccount }
    const name =
      asleep
        .find((path) => path.includes('/networks/'))
        ?.split('/')
        .at(-1) ?? ''
    const port = loop.stack.world.network(identity)
    const ours = await port.get('networks', name)
    if (!ours) throw new Error('there is no network')
    const late = {
      name: name.replace(/-\d+$/, '-99'),
      autoCreateSubnetworks: false,
      description: (ours.description ?? '').replace(/("kindling-life":\s*)"\d+"/, '$1"99"'),
    }
    await port.insert('networks', { ...ours, ...late }, crypto.randomUUID())
    await loop.clock.advance(minutes(1))
    expect(inCloud(loop)).toHaveLength(asleep.length + 1)
    await loop.clock.advance(hours(12) + minutes(30))
    expect(inCloud(loop)).toEqual(asleep)
  })
})
