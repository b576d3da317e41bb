// Every step, in the order in which plans list them. Adding a step is its own file and a line here.
import { agentChannel } from './agent-channel.ts'
import { driverPool } from './driver-pool.ts'
import { driver } from './driver.ts'
import { executorPool } from './executor-pool.ts'
import { executors } from './executors.ts'
import { firewall } from './firewall.ts'
import { gkeCluster } from './gke-cluster.ts'
import { listedPool } from './listed-pool.ts'
import { namespace } from './namespace.ts'
import { network } from './network.ts'
import { nodePool, poolShard } from './node-pool.ts'
import { routerNat } from './router-nat.ts'
import type { AnyStep, RunnableStep } from './step.ts'
import { subnet } from './subnet.ts'
import { warmNodes } from './warm-nodes.ts'
import { workspaceServices } from './workspace-services.ts'

const steps: readonly AnyStep[] = [
  network,
  subnet,
  routerNat,
  firewall,
  gkeCluster,
  workspaceServices,
  agentChannel,
  warmNodes,
  listedPool,
  nodePool,
  poolShard,
  driverPool,
  executorPool,
  namespace,
  driver,
  executors,
]

// A step is only ever given subjects of its own kind, and inputs that it computed itself: plans and ledger see to that.
export const registry = steps as readonly RunnableStep[]

/** Throws when a stored plan names a step that this version does not have. */
export function stepNamed(name: string): RunnableStep {
  const found = registry.find((step) => step.name === name)
  if (!found) throw new Error(`no step is named "${name}"`)
  return found
}
