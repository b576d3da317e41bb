// Every bug that is planted.
import { claimBugs } from './bugs/claims.ts'
import { markBugs } from './bugs/marks.ts'
import { reportBugs } from './bugs/reports.ts'
import { requestBugs } from './bugs/requests.ts'
import { runBugs } from './bugs/runs.ts'
import { sharedBugs } from './bugs/shared-things.ts'
import type { PlantedBug } from './planted-bug.ts'

export const plantedBugs: readonly PlantedBug[] = [
  ...claimBugs,
  ...runBugs,
  ...sharedBugs,
  ...reportBugs,
  ...requestBugs,
  ...markBugs,
]
