// Which pools a cluster keeps from being retired: those of its current settings, both roles' use being one where they share
// a pool, and none once it has ended.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import { ledgerPath } from '../../shared/domain/paths.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { askForWorkspace, end } from './whole.ts'

let loop: Loop
const RUNTIME = '17.3.x-scala2.13'
let requests = 0
beforeEach(async () => {
  loop = await startLoop()
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
})
afterEach(() => loop.stop())

const settings = (driver: string, executor: string) => ({
  driver: { machineType: driver },
  executors: { count: 2, machineType: executor },
})

async function edit(driver: string, executor: string): Promise<void> {
  const { generation } = await loop.cluster()
  const id = `e-${++requests}`
  const edited = { runtime: RUNTIME, ...settings(driver, executor) }
  const change = { action: 'edit', settings: edited }
  const text = event('cluster-change-requested-edit', id, { change })
  await loop.stack.publish('cluster-change-requested', text)
  await loop.clock.until(
    'changed',
    async () => {
      const now = await loop.cluster()
      return now.generation > generation && now.state === 'RUNNING'
    },
    20 * 60_000,
  )
  await loop.clock.advance(60_000)
}

const uses = (): string[] =>
  loop.stack.store
    .dump()
    .flatMap(({ path }) => /pools\/([^/]+)\/uses\/etl$/.exec(path)?.[1] ?? [])
    .toSorted()

const pool = (name: string): string => `${WORKSPACE}/pools/${name}`

/** The pools that its steps have waited for, driver's first. */
const waitedFor = async (): Promise<unknown[]> => {
  const entries = await Promise.all(
    ['driver-pool-g1', 'executor-pool-g1'].map((key) =>
      loop.stack.store.get(ledgerPath(CLUSTER, key)),
    ),
  )
  return entries.map((entry) => LedgerEntry.parse(entry?.data).input?.['pool'])
}

it('follow the settings of a cluster, also where its driver stays in a pool that its executors leave', async () => {
  const asked = settings('n2-standard-8', 'n2-standard-8')
  await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1', asked))
  await loop.reach(CLUSTER, 'RUNNING')
  expect(uses()).toEqual(['n2-standard-8'])

  await edit('n2-standard-8', 'n2-standard-4')
  expect(uses()).toEqual(['n2-standard-4', 'n2-standard-8'])
  expect(await waitedFor()).toEqual([pool('n2-standard-8'), pool('n2-standard-4')])

  await edit('n2-standard-4', 'n2-standard-4')
  expect(uses()).toEqual(['n2-standard-4'])
  expect(await waitedFor()).toEqual([pool('n2-standard-4'), pool('n2-standard-4')])

  await end(loop, CLUSTER)
  await loop.reach(CLUSTER, 'TERMINATED')
  expect(uses()).toEqual([])
})
