// Troubles that are told of only where they meet a launch at the right moment, or last.
import { minutes, seconds } from '../../../shared/domain/time.ts'
import type { Move, Scenario } from '../scenario.ts'
import { CLUSTER, type Life, oneLife, PLACE, SPEED, UP } from './one-life.ts'
import { requestsIn } from '../workload.ts'
import type { Rarity } from './rarity-of.ts'

interface RareTrouble {
  readonly fault: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** When it begins and ends. */
  readonly at?: number
  readonly until?: number
}

const STORM = minutes(18)
const LAUNCH: Life = { workspaceAt: [0], clusterAt: seconds(20) }
/** What failed is asked for again. */
const AGAIN: Life = {
  workspaceAt: [0, minutes(7)],
  clusterAt: seconds(20),
  changes: [
    [minutes(6), 'start'],
    [minutes(9), 'start'],
  ],
}

const poolFails = (parameters: RareTrouble['parameters']): RareTrouble => ({
  fault: 'operation-fails',
  parameters: { type: 'CREATE_NODE_POOL', ...parameters },
  until: minutes(5),
})

const troubles: readonly (readonly [RareTrouble, Life])[] = [
  [{ fault: 'image-pull', parameters: { message: 'dial tcp: i/o timeout' } }, LAUNCH],
  [{ fault: 'image-pull', parameters: { message: '403 Forbidden' } }, LAUNCH],
  [{ fault: 'crash-loop', parameters: { role: 'driver', exitCode: 137 } }, LAUNCH],
  [{ fault: 'larger-agents', parameters: { memoryMib: 1000 } }, LAUNCH],
  [{ fault: 'quota-conflict', parameters: { writeMs: 10_000 } }, LAUNCH],
  [
    {
      fault: 'operation-fails',
      parameters: { type: 'CREATE_CLUSTER', code: 'INTERNAL' },
      until: minutes(5),
    },
    AGAIN,
  ],
  [poolFails({ condition: 'GKE_SERVICE_ACCOUNT_DELETED' }), AGAIN],
  [poolFails({ condition: 'CLOUD_KMS_KEY_ERROR' }), AGAIN],
  [poolFails({ condition: 'NODE_SERVICE_ACCOUNT_MISSING_PERMISSIONS' }), AGAIN],
  [poolFails({ message: 'Constraint constraints/compute.vmExternalIpAccess violated' }), AGAIN],
  [{ fault: 'not-offered', parameters: { machineType: 'n2-standard-4' } }, AGAIN],
  [{ fault: 'network-operation-fails', parameters: { code: 'QUOTA_EXCEEDED', times: 3 } }, LAUNCH],
]

const moveOf = ({ fault, parameters, at = 0, until = STORM }: RareTrouble): Move => ({
  at,
  does: 'trouble',
  fault,
  parameters,
  forMs: until - at,
})

const inStorm =
  (stormMs: number, moves: readonly Move[]): Rarity =>
  (scenario): Scenario => ({ ...scenario, tenancy: [PLACE], moves, stormMs, speed: SPEED })

/** Executors that run, and whose replacements then run out of memory. */
const lostToMemory: readonly RareTrouble[] = [
  {
    fault: 'pod-fails',
    parameters: { role: 'executor', reason: 'OOMKilled' },
    at: UP,
    until: UP + minutes(4),
  },
  { fault: 'lose-node', parameters: { role: 'executor' }, at: UP + seconds(1) },
]

/** It is looked at when it may be idle. */
const silence: Move = { at: UP, does: 'silence', cluster: CLUSTER, forMs: minutes(20) }

/** Another message under an id that the workspace's own had. */
const sameId = (): Move =>
  requestsIn(PLACE)(UP, 'workspace-requested', PLACE.path, { project: 'another-project' })

export const rareTroubles: readonly Rarity[] = [
  ...troubles.map(([trouble, life]) => inStorm(STORM, [moveOf(trouble), ...oneLife(life)])),
  inStorm(STORM, [...oneLife(LAUNCH), ...lostToMemory.map(moveOf)]),
  inStorm(minutes(5), [...oneLife(LAUNCH), sameId()]),
  inStorm(minutes(26), [...oneLife({ ...LAUNCH, autoterminationMinutes: 10 }), silence]),
]
