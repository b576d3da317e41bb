// Every invariant of the simulation, in the order of their numbers.
import { emptyOutbox, everyEntityArrives, noOrphans, oneOutcome } from './convergence.ts'
import type { Invariant } from './invariant.ts'
import { noSharedNode, podsAgreeOnTheirCluster } from './nodes.ts'
import { emptyCostsNothing, noForeignRows, oneOfEachPerWorkspace } from './tenants.ts'
import { noOldGenerationWrites, statesFollowTheDiagram } from './writes.ts'

export const invariants: readonly Invariant[] = [
  noSharedNode,
  podsAgreeOnTheirCluster,
  noOldGenerationWrites,
  noForeignRows,
  oneOfEachPerWorkspace,
  statesFollowTheDiagram,
  everyEntityArrives,
  noOrphans,
  oneOutcome,
  emptyOutbox,
  emptyCostsNothing,
]
