// Calls that are made too seldom for the weather to strike them in every way: each with each kind of fault aimed at it.
import { hours, minutes, seconds } from '../../../shared/domain/time.ts'
import { aimsAt } from '../reach/port-methods.ts'
import type { Move, Scenario } from '../scenario.ts'
import type { Aim } from '../strikes.ts'
import { type Life, oneLife, PLACE, SPEED, UP } from './one-life.ts'
import type { Rarity } from './rarity-of.ts'

interface Occasion {
  readonly calls: readonly string[]
  readonly stormMs: number
  readonly life: Life
  readonly trouble?: Extract<Move, { does: 'trouble' }>
}

const occasions: readonly Occasion[] = [
  {
    calls: [
      'bus.unsubscribe',
      'bus.deleteTopic',
      'gke.deleteCluster',
      'network.listQuotas',
      'kubernetes.deleteAll',
    ],
    stormMs: minutes(18),
    life: {
      workspaceAt: [0],
      clusterAt: seconds(20),
      changes: [
        [UP, 'restart'],
        [2 * UP, 'terminate'],
        [3 * UP, 'start'],
      ],
      deletedAt: 4 * UP,
    },
  },
  {
    // An idle cluster is asked to drain.
    calls: ['kubernetes.patch'],
    stormMs: minutes(20),
    life: { workspaceAt: [0], clusterAt: seconds(20), autoterminationMinutes: 10 },
  },
  {
    // Only audits list what there is, half an hour apart.
    calls: ['gke.listClusters', 'gke.listNodePools', 'network.list'],
    stormMs: minutes(45),
    life: { workspaceAt: [0], clusterAt: minutes(1) },
  },
  {
    // A pool goes when nobody has used it for an hour.
    calls: ['gke.deleteNodePool'],
    stormMs: hours(1.7),
    life: { workspaceAt: [0], clusterAt: seconds(20), changes: [[UP, 'terminate']] },
  },
  {
    // Asked about is an operation whose work is not there.
    calls: ['gke.getOperation'],
    stormMs: minutes(12),
    life: { workspaceAt: [0], clusterAt: seconds(20) },
    trouble: {
      at: 0,
      does: 'trouble',
      fault: 'operation-lost',
      parameters: { work: 'undone' },
      forMs: minutes(6),
    },
  },
]

const aimedAt =
  (aim: Aim, { stormMs, life, trouble }: Occasion): Rarity =>
  (scenario): Scenario => ({
    ...scenario,
    tenancy: [PLACE],
    moves: [...(trouble ? [trouble] : []), ...oneLife(life)],
    stormMs,
    speed: SPEED,
    aim,
  })

export const aimedFaults: readonly Rarity[] = occasions.flatMap((occasion) =>
  occasion.calls.flatMap((call) => aimsAt(call).map((aim) => aimedAt(aim, occasion))),
)
