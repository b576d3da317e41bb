// When a report belies the ledger (protocol rule 12), and which report counts at all (rule 14).
import { describe, expect, test } from 'vitest'
import {
  clusterItems,
  clusterPlan,
  emptyClusterPlan,
  entryOf,
  NOW,
  observationOf,
  openClaim,
  runOf,
  situationOf,
} from '../../test/situations.ts'
import type { LedgerEntry } from './ledger.ts'
import type { Observation } from './records.ts'
import {
  currentEntry,
  currentLevel,
  isContradicted,
  isGone,
  isSatisfied,
  type Situation,
  unwantedEntries,
  wantedItems,
} from './situation.ts'

const plan = clusterPlan(50, 1)
const [pool, namespace, driver, batch] = clusterItems(50, 1).map((item) => entryOf(item, 'present'))
if (!pool || !namespace || !driver || !batch) throw new Error('the plan has four items')
const lost = observationOf({ driver: 'absent', executors: { total: 49, ready: 49, failed: 0 } })
const whole = observationOf({ driver: 'ready', executors: { total: 50, ready: 0, failed: 50 } })
const recorded = (msAgo: number) => ({
  claim: { open: false as const, token: 't', recordedAt: NOW - msAgo },
})

describe('present is contradicted', () => {
  const rows: readonly [string, LedgerEntry, Observation | undefined, boolean][] = [
    ['a batch, by fewer pods than asked for', batch, lost, true],
    ['the driver, by its absence', driver, lost, true],
    ['not the namespace, which no report is about', namespace, lost, false],
    ['not the pool, which no report is about', pool, lost, false],
    ['not by pods that are there and not ready', batch, whole, false],
    ['not by a driver that is there', driver, whole, false],
    ['not by silence', batch, undefined, false],
    ['not by a report of another life', batch, { ...lost, uid: 'other' }, false],
    ['not by a report from before the record', batch, { ...lost, receivedAt: NOW - 60_001 }, false],
    [
      'not by a report of the very moment of the record',
      batch,
      { ...lost, receivedAt: NOW - 60_000 },
      false,
    ],
    ['not while somebody is at it', { ...batch, claim: openClaim }, lost, false],
    [
      'not while its pods may not have shown up yet',
      { ...batch, ...recorded(14_999) },
      lost,
      false,
    ],
    ['once they should have shown up', { ...batch, ...recorded(15_000) }, lost, true],
  ]

  test.each(rows)('%s', (_, entry, observation, contradicted) => {
    const more = observation ? { observation } : {}
    const situation = situationOf(plan, { ledger: [pool, namespace, driver, entry], ...more })
    expect(isContradicted(situation, entry)).toBe(contradicted)
    expect(isSatisfied(situation, entry.item)).toBe(!contradicted && !entry.claim.open)
  })
})

const counts = (ledger: LedgerEntry[], more: Partial<Situation> = {}): boolean =>
  currentLevel(situationOf(plan, { ledger, observation: lost, ...more })) !== undefined

describe('a report counts', () => {
  test('only when the custom resource is recorded as present, and is the one that it tells of', () => {
    expect(counts([namespace])).toBe(true)
    expect(counts([])).toBe(false)
    expect(counts([entryOf(namespace.item, 'leaving')])).toBe(false)
    expect(counts([namespace], { observation: { ...lost, uid: 'other' } })).toBe(false)
  })

  test('only for the life that the plan wants', () => {
    expect(counts([namespace], { run: runOf(clusterPlan(50, 2)) })).toBe(false)
  })

  test('on the way down, for the newest life', () => {
    const run = runOf(emptyClusterPlan, { direction: 'down' })
    expect(counts([namespace], { run })).toBe(true)
    const [, newer] = clusterItems(50, 2)
    const ledger = newer ? [namespace, entryOf(newer, 'leaving')] : []
    expect(currentEntry(situationOf(plan, { ledger, run }), 'namespace')?.item.life).toBe(2)
    expect(counts(ledger, { run })).toBe(false)
  })
})

test('up wants its plan, down and waiting want nothing', () => {
  const keys = plan.items.map(({ key }) => key)
  const down = runOf(plan, { direction: 'down' })
  expect(wantedItems(runOf(plan)).map(({ key }) => key)).toEqual(keys)
  expect(wantedItems(down)).toEqual([])
  expect(wantedItems({ ...runOf(plan), is: 'superseded', by: 2 })).toEqual([])
  const ledger = [pool, namespace, driver, batch]
  expect(unwantedEntries(situationOf(plan, { ledger }))).toEqual([])
  expect(unwantedEntries(situationOf(plan, { ledger, run: down }))).toEqual(ledger)
})

test('gone is what was recorded as absent, by a claim that is closed', () => {
  expect(isGone(entryOf(batch.item, 'absent'))).toBe(true)
  expect(isGone(entryOf(batch.item, 'absent', { claim: openClaim }))).toBe(false)
  expect(isGone(entryOf(batch.item, 'unknown'))).toBe(false)
})
