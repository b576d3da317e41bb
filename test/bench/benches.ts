// Every bench, in the order in which all are run.
import type { Bench } from './bench.ts'
import { ceiling } from './ceiling.ts'
import { coldStart } from './cold-start.ts'
import { launchFloor } from './launch-floor.ts'
import { launchScaling } from './launch-scaling.ts'
import { manyAtOnce } from './many-at-once.ts'
import { outageRecovery } from './outage-recovery.ts'
import { ownShare } from './own-share.ts'
import { price } from './price.ts'
import { scaleModel } from './scale-model.ts'
import { steady } from './steady.ts'
import { wake } from './wake.ts'
import { writeAmplification } from './write-amplification.ts'

export const benches: readonly Bench[] = [
  launchScaling,
  ownShare,
  ceiling,
  launchFloor,
  manyAtOnce,
  wake,
  writeAmplification,
  price,
  coldStart,
  steady,
  outageRecovery,
  scaleModel,
]
