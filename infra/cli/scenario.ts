// What the demo can show: each scenario runs on a stack of its own and answers the process's exit code.
import type { Session } from './session.ts'

export interface ScenarioArguments {
  readonly executors: number | undefined
  readonly json: boolean
}

export type Scenario = (session: Session, given: ScenarioArguments) => Promise<number>
