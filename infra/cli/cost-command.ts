// `kindling cost [ENTITY]`: what workspaces and clusters have cost so far at list price, and what ending idle ones saved.
import { type ClusterBill, inCents } from '../../shared/domain/bill.ts'
import type { KeptWarm } from '../../shared/domain/warm-nodes.ts'
import { entityPath, entityRef } from '../../shared/domain/paths.ts'
import type { Command } from './arguments.ts'
import { type ControlClient, findControl } from './control-client.ts'
import { InputFault } from './input-fault.ts'
import type { Context } from './kindling.ts'
import { findEntity, nameOf } from './listed-entities.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'
import { clusterBill, type StoredBill } from './stored-bill.ts'

const command: Command<typeof jsonFlag> = {
  usage: 'npm run kindling -- cost',
  says: 'Shows what workspaces, or one workspace or cluster, have cost so far, at list price.',
  flags: jsonFlag,
  words: [
    { name: 'ENTITY', says: 'such as analytics, analytics/etl or its path', isOptional: true },
  ],
}

export function showCost(argv: readonly string[], context: Context): Promise<number> {
  return runCommand(command, argv, async ({ json }, [word]) => {
    const control = await findControl(context)
    const all = await control.list()
    const meant = all.filter(({ entity }) => entity.kind !== 'pool')
    const chosen =
      word === undefined
        ? meant.filter(({ entity }) => entity.kind === 'workspace')
        : [findEntity(word, meant)]
    if (chosen.length === 0) console.error('nothing yet: there is no workspace')
    for (const { path } of chosen) {
      const told = await costOf(control, path)
      if (json) console.log(JSON.stringify({ kind: 'cost', path, ...told }))
      else
        console.log(('bill' in told ? billLines(told.bill) : clusterLines(path, told)).join('\n'))
    }
    return 0
  })
}

export type Cost =
  | { readonly bill: StoredBill }
  | (Omit<ClusterBill, 'cluster'> & Pick<StoredBill, 'asOf'>)

/** Of a workspace its bill, of a cluster its part of that. Amounts are micro-dollars. */
export async function costOf(control: ControlClient, path: string): Promise<Cost> {
  const ref = entityRef(path)
  if (!ref) throw new InputFault(`${path} is no entity`)
  const { account, workspace } = ref
  const bill = await control.bill(entityPath({ kind: 'workspace', account, workspace }))
  if (!bill) throw new InputFault(`${nameOf(path)} has no workspace`)
  if (ref.kind !== 'cluster') return { bill }
  const { cost, idle, saved, nodeSeconds } = clusterBill(bill, ref.cluster)
  return { cost, idle, saved, nodeSeconds, asOf: bill.asOf }
}

const dollars = (cents: number): string => `$${(cents / 100).toFixed(2)}`
const whole = (micro: number): string => dollars(Math.round(micro / 10_000))
const hours = (seconds: number): string => `${(seconds / 3600).toFixed(2)} node-hours`

function clusterLines(
  path: string,
  { cost, idle, saved, nodeSeconds }: Omit<ClusterBill, 'cluster'>,
) {
  return [
    `${nameOf(path)}: ${whole(cost)} so far, ${hours(nodeSeconds)}`,
    `  of it idle: ${whole(idle)}`,
    `  saved by reclaim: ${whole(saved)}`,
  ]
}

const line = (name: string, amount: number, more: string): string =>
  `  ${name.padEnd(26)}${dollars(amount).padStart(12)}  ${more}`.trimEnd()

/** Fewer than wanted: prices have risen since the workspace was asked for. */
function keptText({ count, wanted, machineType, each }: KeptWarm): string {
  const cost = each === undefined ? 'no price is known' : `at most ${whole(count * each)} a month`
  return `${count} of ${wanted} ${machineType}, ${cost}`
}

function billLines(bill: StoredBill): string[] {
  const { clusters, unassigned, warm, keptWarm } = bill
  const rows = [
    ...clusters.map(({ cluster, cost, idle, saved }) => ({
      name: cluster,
      cost,
      more: `idle ${whole(idle)}, saved by reclaim ${whole(saved)}`,
    })),
    ...(warm.cost > 0 || keptWarm.length > 0
      ? [{ name: 'warm nodes', cost: warm.cost, more: keptWarm.map(keptText).join(', ') }]
      : []),
    { name: 'system pool, empty nodes', cost: unassigned.nodes, more: 'of no cluster' },
    { name: 'GKE cluster fee', cost: unassigned.gke, more: '' },
    { name: 'NAT', cost: unassigned.nat, more: 'without its traffic' },
  ]
  const cents = inCents(rows.map(({ cost }) => cost))
  const total = cents.reduce((sum, each) => sum + each, 0)
  const asOf = bill.asOf === undefined ? 'no node was seen yet' : new Date(bill.asOf).toISOString()
  return [
    `${nameOf(bill.workspace)} in ${bill.region}, at list price, as of ${asOf}`,
    ...rows.map(({ name, more }, index) => line(name, cents[index] ?? 0, more)),
    line('total', total, ''),
    ...(bill.unpriced.length > 0
      ? [`  not in it, because no price is known: ${bill.unpriced.join(', ')}`]
      : []),
    ...(bill.unseenSeconds > 0 ? [`  not watched by anybody: ${hours(bill.unseenSeconds)}`] : []),
  ]
}
