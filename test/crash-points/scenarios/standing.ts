// Things that stay as they are, whatever looks at them; and strangers that are in the way.
import { hours, minutes, seconds } from '../../../shared/domain/time.ts'
import { networkName } from '../../../shared/domain/names.ts'
import { descriptionMark } from '../../../shared/manifests/labels.ts'
import type { InProcessStack } from '../../../infra/local/stack/in-process.ts'
import { CLUSTER, event, type Loop, WORKSPACE } from '../../loop/fixture.ts'
import {
  askForWorkspace,
  change,
  comesTo,
  launch,
  reached,
  running,
  type Scenario,
  untilAuditAfter,
  workspace,
} from '../scenario.ts'

const OF = { account: 'acme', workspace: 'analytics' }
/** The name that the workspace's own network is to have. */
const TAKEN = networkName(OF, 1)
/** What a late hand made, for a generation that is long over. */
const LOST = { life: 7, name: networkName(OF, 7) }

const stays = async (): Promise<void> => undefined

/** What the driver of the one cluster works on; undefined: it does not answer. */
function driverHas(
  { stack }: Loop,
  work: Parameters<InProcessStack['data']['drivers']['set']>[1],
): void {
  for (const engine of stack.data.clusters.values())
    for (const { metadata } of engine.snapshot('v1', 'Namespace'))
      if (metadata.name.startsWith('kdl-')) stack.data.drivers.set(metadata.name, work)
}

/** A network of the customer's own, unless its description is our mark. */
async function insertNetwork(
  { stack, clock }: Loop,
  name: string,
  description = '',
): Promise<void> {
  const identity = {
    account: 'acme',
    workspace: 'analytics',
    project: 'acme-analytics-dev',
    region: 'europe-west4',
    serviceAccount: 'customer',
  }
  const { network } = stack.data.cloud.face(identity)
  let isThere = false
  const routingConfig = { routingMode: 'REGIONAL' as const }
  const wanted = { name, description, autoCreateSubnetworks: false, routingConfig }
  const request = '00000000-0000-4000-8000-000000000001'
  const inserted = network.insert('networks', wanted, request).then(() => (isThere = true))
  await clock.until('the network', () => isThere, minutes(5))
  await inserted
}

export const standing: readonly Scenario[] = [
  {
    name: 'busy-cluster-stays',
    strangers: ['customer-network-1'],
    async begin(loop) {
      await insertNetwork(loop, 'customer-network-1')
      await workspace(loop, { poolIdleHours: 1, hibernateAfterHours: 1 })
      await launch(loop, 'etl', { autoterminationMinutes: 10 })
      await reached(loop, CLUSTER, 'RUNNING')
      driverHas(loop, { runningJobs: 1, openSessions: 1 })
      await untilAuditAfter(loop, WORKSPACE, 'changedAt', hours(2))
    },
    act: stays,
    showsAfter: minutes(3),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'silent-cluster-stays',
    async begin(loop) {
      await running(loop, { autoterminationMinutes: 10 })
      driverHas(loop, undefined)
      await loop.clock.advance(minutes(10))
    },
    act: stays,
    showsAfter: minutes(2),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'silent-driver-answers',
    async begin(loop) {
      await running(loop, { autoterminationMinutes: 10 })
      driverHas(loop, undefined)
      await loop.clock.advance(minutes(10))
    },
    async act(loop) {
      // It is said to be silent by then.
      await loop.clock.advance(seconds(66))
      driverHas(loop, { runningJobs: 1, openSessions: 1 })
    },
    showsAfter: minutes(1),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    // What its user asks is use, though nobody works on it.
    name: 'changed-cluster-stays',
    async begin(loop) {
      await running(loop, { autoterminationMinutes: 20 })
      await loop.clock.advance(minutes(15))
      await change(loop, 'more', { action: 'resize', executors: { count: 3 } })
      await reached(loop, CLUSTER, 'RUNNING')
      await loop.clock.advance(minutes(9))
    },
    act: async ({ stack }) =>
      void (await stack.publish('idle-timeout', event('idle-timeout', 'quiet'))),
    showsAfter: minutes(2),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'orphan-is-removed',
    strangers: [LOST.name],
    async begin(loop) {
      await workspace(loop)
      await insertNetwork(loop, LOST.name, descriptionMark(OF, LOST.life))
      // The audit before has seen it.
      await untilAuditAfter(loop, WORKSPACE, 'changedAt', minutes(45))
    },
    act: stays,
    showsAfter: minutes(3),
    isOver: async ({ stack }) => !stack.data.cloud.list().some((path) => path.endsWith(LOST.name)),
  },
  {
    name: 'network-of-a-stranger',
    strangers: [TAKEN],
    begin: (loop) => insertNetwork(loop, TAKEN),
    act: (loop) => askForWorkspace(loop),
    isOver: comesTo(WORKSPACE, 'FAILED'),
  },
  {
    name: 'same-id-other-body',
    async begin(loop) {
      await running(loop)
      await change(loop, 'same', { action: 'resize', executors: { count: 3 } })
      await loop.clock.advance(minutes(2))
    },
    act: (loop) => change(loop, 'same', { action: 'terminate' }),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
]
