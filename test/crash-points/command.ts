// `npm run simulate -- --crash-points`: every crash point, or one of them by its id, explained.
import { InputFault } from '../../infra/cli/input-fault.ts'
import { inMinutes, type Output } from '../simulation/output.ts'
import { runOnThreads, type Thread } from '../simulation/threads.ts'
import { allPoints, type Outcome, type Point, pointsOf, runPoint } from './points.ts'
import { scenarios } from './scenarios/all.ts'

/** Answers the exit code: 1 when any point did not come to its end. */
export async function runCrashPoints(threads: number, output: Output): Promise<number> {
  const points = await allPoints()
  output.progress(`${points.length} crash points in ${scenarios.length} scenarios`)
  let done = 0
  let violations = 0
  let worstRecoveryMs = 0
  const thread: Thread<Point, Outcome> = { worker: new URL('./worker.ts', import.meta.url) }
  await runOnThreads(thread, points, threads, (outcome) => {
    done++
    worstRecoveryMs = Math.max(worstRecoveryMs, outcome.recoveryMs)
    if (outcome.wrong.length > 0) {
      violations++
      tell(outcome, output)
    }
    if (done % 1000 === 0) output.progress(`${done} of ${points.length} points`)
  })
  const kinds = new Set(points.map(({ call }) => call)).size
  const summary = { scenarios: scenarios.length, kinds, points: points.length, covered: done }
  output.say(
    { kind: 'summary', ...summary, violations, worstRecoveryMs },
    `${points.length} crash points (${kinds} kinds of calls in ${scenarios.length} scenarios), ${done} covered, ` +
      `${violations} violations; the worst recovery took ${inMinutes(worstRecoveryMs)} min`,
  )
  return violations > 0 ? 1 : 0
}

/** `npm run simulate -- --point ID`. */
export async function replayPoint(id: string, output: Output): Promise<number> {
  const scenario = scenarios.find(({ name }) => id.startsWith(`${name}:`))
  const points = scenario ? await pointsOf(scenario) : []
  const point = points.find((each) => each.id === id)
  if (!point) {
    const names = scenarios.map(({ name }) => name).join(', ')
    throw new InputFault(`there is no crash point "${id}": SCENARIO:CALL:MODE, of ${names}`)
  }
  const outcome = await runPoint(point)
  if (outcome.wrong.length > 0) tell(outcome, output)
  else output.say({ kind: 'point', id, violations: 0 }, `${id} (${point.text}) comes to its end`)
  return outcome.wrong.length > 0 ? 1 : 0
}

function tell({ point, wrong, trace }: Outcome, output: Output): void {
  const { id, scenario, mode, text } = point
  const replay = `npm run simulate -- --point ${id}`
  output.say(
    { kind: 'violation', id, scenario, mode, call: text, wrong, trace, replay },
    [
      `${id}: ${text}`,
      ...wrong.map((line) => `  ${line}`),
      ...trace.map((line) => `    ${line}`),
      `  ${replay}`,
    ].join('\n'),
  )
}
