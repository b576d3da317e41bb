// The demo's third scenario: what Kindling takes back when nobody works. A cluster, its pools and the GKE cluster go one after
// the other within a week, and the bill says what that saved. In one process, on a clock that is moved forward.
import type { Entity } from '../../shared/domain/entity.ts'
import { entityPath } from '../../shared/domain/paths.ts'
import { minutes } from '../../shared/domain/time.ts'
import { countsSince } from '../../shared/runtime/counts.ts'
import { ownCost, schedulerCost } from '../../shared/runtime/own-cost.ts'
import { virtualClock, type VirtualClock } from '../local/clock.ts'
import { profile } from '../local/profile.ts'
import { type InProcessStack, startInProcess } from '../local/stack/in-process.ts'
import { changeEvent, sampleEvent, withExecutors } from './sample-events.ts'
import type { Check, ScenarioArguments } from './scenario.ts'
import { readBill, type StoredBill } from './stored-bill.ts'
import { readEntity } from './stored-entity.ts'

const HOUR = minutes(60)
const WEEK = 7 * 24 * HOUR

interface Walk {
  readonly stack: InProcessStack
  readonly clock: VirtualClock
  readonly home: string
  readonly path: string
  readonly check: (name: string, ok: boolean, detail: string) => void
}

/** Answers the process's exit code. */
export async function idle(given: ScenarioArguments): Promise<number> {
  const checks: Check[] = []
  const say = given.json ? console.error : console.log
  say('In one process, on a clock that is moved forward: a week passes in half a minute.')
  const clock = virtualClock(1)
  const stack = await startInProcess({
    clock,
    profile: profile({ speed: 1, random: () => clock.random() }),
  })
  try {
    const asked = withExecutors(sampleEvent('cluster-requested'), given.executors)
    const { account, workspace, cluster } = asked.data
    const home = entityPath({ kind: 'workspace', account, workspace })
    const path = entityPath({ kind: 'cluster', account, workspace, cluster })
    const check: Walk['check'] = (name, ok, detail) => {
      checks.push({ name, ok, detail })
      say(`${ok ? '✓' : '✗'} ${name}: ${detail}`)
      if (given.json) console.log(JSON.stringify({ kind: 'check', name, ok, detail }))
    }
    const cost = await walk({ stack, clock, home, path, check }, JSON.stringify(asked))
    say(
      `spent ${dollars(cost.spent)}; without reclaim it would have been ${dollars(cost.withoutReclaim)}`,
    )
    const summary = { kind: 'summary', scenario: 'idle', checks, cost }
    if (given.json) console.log(JSON.stringify(summary))
    return checks.every(({ ok }) => ok) ? 0 : 1
  } finally {
    await stack.stop()
  }
}

interface Cost {
  /** US dollars, like the other. */
  readonly spent: number
  readonly withoutReclaim: number
  readonly currency: 'USD'
}

async function walk(walk: Walk, asked: string): Promise<Cost> {
  const { stack, clock, home, path, check } = walk
  const begun = clock.now()
  await stack.publish('workspace-requested', JSON.stringify(sampleEvent('workspace-requested')))
  await reach(walk, home, 'runs', (entity) => entity?.state === 'RUNNING')
  await stack.publish('cluster-requested', asked)
  await reach(walk, path, 'runs', (entity) => entity?.state === 'RUNNING')
  check('launch', true, `after ${hours(clock.now() - begun)}`)

  await reach(walk, path, 'has ended', (entity) => entity?.state === 'TERMINATED')
  const ended = clock.now()
  const reason = await entityAt(walk, path)
  const isIdle = reason?.state === 'TERMINATED' && reason.reason.code === 'INACTIVITY'
  check('cluster', isIdle, `ended for idleness after ${hours(ended - begun)}`)
  // The meter is read at each audit.
  await clock.advance(HOUR)
  const afterEnd = await billOf(walk)

  await clock.until('pools are gone', async () => (await livePools(walk)) === 0, WEEK)
  check('node pools', true, `gone after ${hours(clock.now() - begun)}`)
  const beforeSleep = await billOf(walk)
  await reach(walk, home, 'hibernates', (entity) => isAsleep(entity))
  await clock.until('the GKE cluster is gone', async () => !(await hasCluster(walk)), 2 * HOUR)
  const slept = clock.now()
  const kept = (await stack.resources()).some((each) => each.includes('/networks/'))
  check('GKE cluster', kept, `gone after ${hours(slept - begun)}, the VPC is kept`)

  await quietHour(walk)
  await clock.advance(Math.max(0, begun + WEEK - clock.now()))
  const bill = await billOf(walk)
  const anHour = floorOf(afterEnd, beforeSleep)
  const asleepFor = clock.now() - slept
  const spent = bill.total / 1e6
  const withoutReclaim = spent + bill.saved / 1e6 + (anHour * asleepFor) / HOUR
  check('bill', withoutReclaim > spent, `a week for ${dollars(spent)}`)

  await stack.publish(
    'cluster-change-requested',
    JSON.stringify(changeEvent('wake', { action: 'start' })),
  )
  await reach(walk, path, 'runs again', (entity) => entity?.state === 'RUNNING')
  check('wake', true, `a launch woke the workspace, in ${hours(clock.now() - begun - WEEK)}`)
  return { spent: cents(spent), withoutReclaim: cents(withoutReclaim), currency: 'USD' }
}

/** Once the first audits of its sleep have found nothing: what Kindling does, and what that costs, while nothing happens. */
async function quietHour({ stack, clock, check }: Walk): Promise<void> {
  await clock.advance(5.5 * HOUR)
  const before = await stack.counts()
  await clock.advance(HOUR)
  const counts = countsSince(before, await stack.counts())
  const calls = counts.gkeCalls + counts.networkCalls + counts.kubernetesCalls
  const usd = (ownCost(counts).nanoDollars + schedulerCost(HOUR)) / 1e9
  check(
    'quiet hour',
    calls === 0 && counts.firestoreWrites === 0,
    `${calls} cloud calls and ${counts.firestoreWrites} writes; the sweep and the Scheduler cost $${usd.toFixed(5)}`,
  )
}

async function entityAt({ stack }: Walk, path: string): Promise<Entity | undefined> {
  return (await readEntity(stack.reader, path))?.entity
}

async function reach(
  walk: Walk,
  path: string,
  what: string,
  holds: (entity: Entity | undefined) => boolean,
): Promise<void> {
  const has = async (): Promise<boolean> => holds(await entityAt(walk, path))
  await walk.clock.until(`${path} ${what}`, has, WEEK)
}

function isAsleep(entity: Entity | undefined): boolean {
  return (
    entity?.kind === 'workspace' && 'hibernation' in entity && entity.hibernation === 'HIBERNATED'
  )
}

async function hasCluster({ stack }: Walk): Promise<boolean> {
  return (await stack.resources()).some((each) => each.includes('/clusters/'))
}

async function livePools({ stack, home }: Walk): Promise<number> {
  const pools = await stack.reader.list(`${home}/pools`)
  return pools.filter(({ data }) => data['state'] !== 'RETIRED').length
}

async function billOf({ stack, clock, home }: Walk): Promise<StoredBill> {
  const bill = await readBill(stack.reader, home, clock.now())
  if (!bill) throw new Error('the workspace has no bill')
  return bill
}

/** Dollars an hour of a workspace in which nothing runs: its system pool, its GKE cluster and its NAT. */
function floorOf(one: StoredBill, later: StoredBill): number {
  const ms = (later.asOf ?? 0) - (one.asOf ?? 0)
  return ms > 0 ? ((later.unassigned.cost - one.unassigned.cost) / 1e6 / ms) * HOUR : 0
}

const cents = (dollars: number): number => Math.round(dollars * 100) / 100
const dollars = (amount: number): string => `$${amount.toFixed(2)}`

function hours(ms: number): string {
  return ms < 2 * HOUR ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / HOUR)} hours`
}
