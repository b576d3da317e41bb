// A step's ports: opened under the identity of the workspace that it works for, within the limits of its claim.
import type { Identity } from '../domain/plan.ts'
import type { World } from '../ports.ts'
import type { StepPorts } from '../steps/step.ts'
import { around } from './around.ts'
import { limitCalls } from './call-limits.ts'

export function stepPorts(world: World, identity: Identity, claimedAt: number): StepPorts {
  const hook = limitCalls(world.clock, claimedAt)
  return {
    gke: around('gke', world.gke(identity), hook),
    network: around('network', world.network(identity), hook),
    bus: around('bus', world.bus, hook),
    store: around('store', world.store, hook),
    clock: world.clock,
    kubernetes: (endpoint) => around('kubernetes', world.kubernetes(identity, endpoint), hook),
  }
}
