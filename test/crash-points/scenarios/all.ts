// The scenarios of the crash points.
import type { Scenario } from '../scenario.ts'
import { changes } from './changes.ts'
import { ends } from './ends.ts'
import { launches } from './launches.ts'
import { standing } from './standing.ts'
import { workspaces } from './workspaces.ts'

export const scenarios: readonly Scenario[] = [
  ...workspaces,
  ...launches,
  ...changes,
  ...ends,
  ...standing,
]
