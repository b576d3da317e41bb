import { describe, expect, it } from 'vitest'
import {
  clusterSubject,
  entityOf,
  entryOf,
  itemOf,
  NOW,
  openClaim,
  runOf,
  situationOf,
  workspaceSubject,
} from '../../test/situations.ts'
import type { LedgerEntry } from './ledger.ts'
import type { PlanItem } from './plan.ts'
import { seconds } from './time.ts'
import type { Situation } from './situation.ts'
import { isEndLeftToOthers, isLeftToOthers, type Own } from './whose-start.ts'

const network = itemOf('network', 1)
const subnet = itemOf('subnet', 1, { after: [network.key] })
const firewall = itemOf('firewall', 1, { after: [network.key] })
const gke = itemOf('gke-cluster', 1, { after: [subnet.key, firewall.key] })
const plan = { subject: workspaceSubject, items: [network, subnet, firewall, gke] }

const LONG_AGO = NOW - seconds(60)
const A_MOMENT_AGO = NOW - seconds(1)
const MAKER: Own = { keys: new Set(), run: true }
const recorderOf = (...items: PlanItem[]): Own => ({
  keys: new Set(items.map(({ key }) => key)),
  run: false,
})

const there = (item: PlanItem, recordedAt = LONG_AGO, more: Partial<LedgerEntry> = {}) =>
  entryOf(item, 'present', { claim: { open: false, token: 'token', recordedAt }, ...more })
const gone = (item: PlanItem, recordedAt: number) =>
  entryOf(item, 'absent', { claim: { open: false, token: 'token', recordedAt } })

interface When {
  readonly ledger?: readonly LedgerEntry[]
  /** When the run was made. */
  readonly made?: number
  readonly generation?: number
  readonly direction?: 'up' | 'down'
  readonly hinted?: readonly PlanItem[]
}

function isLeft(item: PlanItem, own: Own, when: When = {}): boolean {
  const { ledger = [], made = LONG_AGO, generation = 1, direction = 'up', hinted = [] } = when
  const run = runOf(plan, { createdAt: made, generation, direction })
  const keys = new Set(hinted.map(({ key }) => key))
  return isLeftToOthers(situationOf(plan, { run, ledger, hinted: keys }), item, own)
}

describe('what a record has just made startable', () => {
  const ledger = [there(network, A_MOMENT_AGO)]

  it('is begun by its recorder, and left alone by everybody else', () => {
    expect(isLeft(subnet, recorderOf(network), { ledger })).toBe(false)
    expect(isLeft(subnet, recorderOf(firewall), { ledger })).toBe(true)
    expect(isLeft(subnet, MAKER, { ledger })).toBe(true)
  })

  it('is begun by anybody when the recorder has had its time', () => {
    expect(isLeft(subnet, recorderOf(firewall), { ledger: [there(network)] })).toBe(false)
    expect(isLeft(subnet, MAKER, { ledger: [there(network)] })).toBe(false)
  })

  it('of several, the last to be written is what counts: its recorder sees all of them', () => {
    const both = [there(network), there(firewall, A_MOMENT_AGO), there(subnet, A_MOMENT_AGO - 5)]
    expect(isLeft(gke, recorderOf(subnet), { ledger: both })).toBe(false)
    expect(isLeft(gke, recorderOf(firewall), { ledger: both })).toBe(true)
    expect(isLeft(gke, recorderOf(network), { ledger: both })).toBe(true)
  })

  it('a claim that is not recorded yet has made nothing startable', () => {
    expect(
      isLeft(subnet, MAKER, { ledger: [entryOf(network, 'present', { claim: openClaim })] }),
    ).toBe(false)
  })

  it('on the way down it is what stood on it', () => {
    const down = {
      generation: 2,
      direction: 'down' as const,
      ledger: [there(network), gone(subnet, A_MOMENT_AGO)],
    }
    expect(isLeft(network, recorderOf(subnet), down)).toBe(false)
    expect(isLeft(network, recorderOf(gke), down)).toBe(true)
  })

  it('and what it takes the place of', () => {
    const next = itemOf('network', 2)
    const ledger = [gone(network, A_MOMENT_AGO)]
    expect(isLeft(next, recorderOf(network), { generation: 2, ledger })).toBe(false)
    expect(isLeft(next, recorderOf(firewall), { generation: 2, ledger })).toBe(true)
  })
})

describe('what a run has just made startable', () => {
  it('is begun by its maker, and left alone by those who recorded something else', () => {
    expect(isLeft(network, MAKER, { made: A_MOMENT_AGO })).toBe(false)
    expect(isLeft(network, recorderOf(firewall), { made: A_MOMENT_AGO })).toBe(true)
    expect(isLeft(network, recorderOf(firewall))).toBe(false)
  })

  it('also where what it waits for was recorded shortly before: that recorder may have looked too early', () => {
    const ledger = [there(network, A_MOMENT_AGO - 1)]
    expect(isLeft(subnet, MAKER, { generation: 2, made: A_MOMENT_AGO, ledger })).toBe(false)
    expect(isLeft(subnet, MAKER, { generation: 2, made: A_MOMENT_AGO - 2, ledger })).toBe(true)
  })
})

describe('what has reasons of its own', () => {
  it('what a hint names', () => {
    const ledger = [there(network, A_MOMENT_AGO)]
    expect(isLeft(subnet, MAKER, { ledger, hinted: [subnet] })).toBe(false)
  })

  it('what has been tried for this generation: it comes again by time, or is contradicted', () => {
    const ledger = [there(network, A_MOMENT_AGO), there(subnet)]
    expect(isLeft(subnet, MAKER, { ledger })).toBe(false)
    expect(isLeft(subnet, MAKER, { ledger, generation: 2 })).toBe(true)
  })
})

describe('an end', () => {
  const ledger = [gone(subnet, A_MOMENT_AGO), gone(network, A_MOMENT_AGO)]
  const isEndLeft = (own: Own, more: Partial<Situation> = {}): boolean => {
    const run = runOf(plan, { createdAt: LONG_AGO, direction: 'down', generation: 2 })
    const cluster = entityOf(clusterSubject(1))
    return isEndLeftToOthers(situationOf(plan, { entity: cluster, run, ledger, ...more }), own)
  }

  it('is told by who recorded the last thing that went', () => {
    expect(isEndLeft(recorderOf(network))).toBe(false)
    expect(isEndLeft(recorderOf(subnet))).toBe(true)
    expect(isEndLeft(MAKER)).toBe(true)
  })

  it('by anybody where that was long ago, or nothing had to go', () => {
    expect(isEndLeft(MAKER, { ledger: [gone(network, LONG_AGO)] })).toBe(false)
    expect(isEndLeft(recorderOf(subnet), { ledger: [] })).toBe(false)
  })

  it('of a workspace by anybody: what is in it may have gone last', () => {
    expect(isEndLeft(MAKER, { entity: entityOf(workspaceSubject) })).toBe(false)
  })
})
