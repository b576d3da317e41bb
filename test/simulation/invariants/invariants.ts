// Every invariant of the simulation, in the order of their numbers.
import { emptyOutbox, everyEntityArrives, noOrphans, oneOutcome } from './convergence.ts'
import type { Invariant } from './invariant.ts'
import { nothingBusyEnds, nothingDestroyedWithoutIntent } from './intent.ts'
import { quotasHold } from './limits.ts'
import { idleIsReclaimed, meterIsTrue } from './money.ts'
import { noSharedNode, podsAgreeOnTheirCluster } from './nodes.ts'
import { replayChangesNothing } from './repeats.ts'
import { noSecrets } from './secrets.ts'
import { emptyCostsNothing, noForeignRows, oneOfEachPerWorkspace } from './tenants.ts'
import { noOldGenerationWrites, statesFollowTheDiagram } from './writes.ts'

export const invariants: readonly Invariant[] = [
  noSharedNode,
  podsAgreeOnTheirCluster,
  noOldGenerationWrites,
  noForeignRows,
  quotasHold,
  nothingDestroyedWithoutIntent,
  nothingBusyEnds,
  oneOfEachPerWorkspace,
  statesFollowTheDiagram,
  noSecrets,
  everyEntityArrives,
  noOrphans,
  oneOutcome,
  emptyOutbox,
  idleIsReclaimed,
  meterIsTrue,
  emptyCostsNothing,
  replayChangesNothing,
]
