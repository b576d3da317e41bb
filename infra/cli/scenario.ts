// What the demo can show: each scenario runs on a stack of its own and answers the process's exit code.
import type { Session } from './session.ts'

export interface ScenarioArguments {
  readonly executors: number | undefined
  readonly json: boolean
}

/** What a stage came to. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

export type Scenario = (session: Session, given: ScenarioArguments) => Promise<number>
