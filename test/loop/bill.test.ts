// The bill of a cluster that was ended because it was idle.
import { afterEach, expect, it } from 'vitest'
import { readBill } from '../../infra/cli/stored-bill.ts'
import { machinePrice } from '../../shared/catalog/machine-prices.ts'
import { minutes } from '../../shared/domain/time.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'

let loop: Loop | undefined
afterEach(() => loop?.stop())

const DAY = minutes(24 * 60)

it('says what idleness cost, what ending it saved, and adds up', { timeout: 60_000 }, async () => {
  loop = await startLoop()
  const { clock, stack } = loop
  await stack.publish('workspace-requested', event('workspace-requested', 'w'))
  await loop.reach(WORKSPACE, 'RUNNING')
  const nodes = { machineType: 'n2-standard-4' }
  await stack.publish(
    'cluster-requested',
    event('cluster-requested', 'c', {
      autoterminationMinutes: 10,
      driver: nodes,
      executors: { ...nodes, count: 9 },
    }),
  )
  await loop.reach(CLUSTER, 'RUNNING')
  await loop.reach(CLUSTER, 'TERMINATED', DAY)
  const { changedAt } = await loop.cluster()
  await clock.advance(minutes(60))
  const now = clock.now()
  const bill = await readBill(stack.reader, WORKSPACE, now)
  const [etl] = bill?.clusters ?? []
  if (!bill || !etl) throw new Error('there is no bill')
  const savedHours = (now - changedAt) / minutes(60)
  // With its boot disk: 100 GiB at $0.1 for a month of 730 hours.
  const each = (machinePrice('n2-standard-4', bill.region, false) ?? 0) + 10 / 730
  expect(etl.saved / 1e6).toBeCloseTo(10 * each * savedHours, 2)
  expect(etl.cost / 1e6).toBeCloseTo((etl.nodeSeconds / 3600) * each, 2)
  expect(etl.idle).toBeGreaterThan(0)
  expect(etl.idle).toBeLessThan(etl.cost)
  expect(etl.cost + bill.unassigned.cost).toBe(bill.total)
  expect(bill.unassigned.gke).toBeGreaterThan(0)
  expect(bill.unpriced).toEqual([])
  expect(await readBill(stack.reader, `${WORKSPACE}x`, now)).toBeUndefined()
})
