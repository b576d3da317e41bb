// A step's ports: opened under the identity of the workspace that it works for, within the limits of its claim; what they
// make in Kubernetes names the trace of the work.
import type { Identity } from '../domain/plan.ts'
import type { World } from '../ports.ts'
import type { StepPorts } from '../steps/step.ts'
import { around, aroundWorld } from '../around.ts'
import { MUTATION_WINDOW } from '../domain/protocol-times.ts'
import { limitCalls } from './call-limits.ts'
import { rideOutRates } from './rate-riding.ts'
import { tracedKubernetes } from './traced-kubernetes.ts'
import { wantPool } from './want-pool.ts'

export function stepPorts(world: World, identity: Identity, claimedAt: number): StepPorts {
  const hook = limitCalls(world.clock, claimedAt)
  const { store, bus, clock, ...cloud } = aroundWorld(world, hook)
  return {
    gke: cloud.gke(identity),
    network: cloud.network(identity),
    bus,
    store,
    wantPool: (place, shape) => wantPool({ ...world, store }, place, shape),
    clock,
    kubernetes(endpoint) {
      const limited = cloud.kubernetes(identity, endpoint)
      return tracedKubernetes(
        around('kubernetes', limited, rideOutRates(clock, claimedAt + MUTATION_WINDOW)),
      )
    },
  }
}
