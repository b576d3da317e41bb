// `kindling cost` of a workspace with warm nodes, against a control endpoint that has its bill.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandLine } from '../../test/command-line.ts'
import { entityOf, WORKSPACE, workspaceSubject } from '../../test/situations.ts'
import { billSources, ratesOf } from '../../shared/catalog/rates.ts'
import { billOf } from '../../shared/domain/bill.ts'
import { minutes } from '../../shared/domain/time.ts'
import { keptWarm } from '../../shared/domain/warm-nodes.ts'
import { type LoopbackServer, loopbackServer } from '../local/loopback/loopback-server.ts'
import { kindling } from './kindling.ts'
import type { StoredBill } from './stored-bill.ts'

const { folder, said, values } = commandLine()
const HOUR = minutes(60)
const region = 'europe-west4'
const machine = { pool: 'n2-standard-8', machineType: 'n2-standard-8', spot: false }

/** As if prices had risen since: the budget no longer pays for all four. */
const nodes = [{ machineType: 'n2-standard-8', count: 4, zone: 'europe-west4-a' }]
const bill: StoredBill = {
  workspace: WORKSPACE,
  region,
  prices: billSources,
  keptWarm: keptWarm({ monthlyBudget: 1000, nodes }, ratesOf(region)),
  ...billOf(
    {
      newest: {
        life: 'a',
        seenAt: HOUR,
        gkeMs: HOUR,
        unseenMs: 0,
        nodes: [],
        lines: [
          { ...machine, warm: true, nodeMs: 30 * HOUR, idleMs: 0 },
          { ...machine, cluster: 'etl', nodeMs: 10 * HOUR, idleMs: 0 },
        ],
      },
      past: { gkeMs: 0, unseenMs: 0, lines: [] },
    },
    ratesOf(region),
  ),
}

let server: LoopbackServer
beforeAll(async () => {
  const entity = entityOf(workspaceSubject)
  server = await loopbackServer({
    'GET /info': async () => ({ project: 'p' }),
    'GET /list': async () => ({ entities: [{ path: WORKSPACE, entity }] }),
    'GET /bill': async () => bill,
  })
})
afterAll(() => server.stop())

const typed = (...argv: string[]): Promise<number> =>
  kindling(['cost', ...argv], { folder, environment: { KINDLING_CONTROL: server.url } })

const cents = (line: string): number => Math.round(Number(/\$([\d.]+)/.exec(line)?.[1]) * 100)

test('warm nodes are a line of their own, and the cents of all lines are those of the total', async () => {
  expect(await typed()).toBe(0)
  const lines = said.out.join('\n').split('\n')
  const total = lines.find((line) => /^ {2}total/.test(line)) ?? ''
  const parts = lines.filter((line) => /^ {2}(etl|warm|system|GKE|NAT)/.test(line))
  expect(parts).toHaveLength(5)
  expect(parts.reduce((sum, line) => sum + cents(line), 0)).toBe(cents(total))
  expect(parts[1]).toMatch(
    /^ {2}warm nodes +\$13\.\d\d {2}3 of 4 n2-standard-8, at most \$985\.\d\d a month$/,
  )
})

test('in --json they are in micro-dollars', async () => {
  expect(await typed('--json')).toBe(0)
  expect(values()[0]).toMatchObject({
    bill: { warm: { nodeSeconds: 108_000 }, keptWarm: [{ wanted: 4, count: 3 }] },
  })
})
