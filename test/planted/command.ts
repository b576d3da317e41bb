// `npm run simulate -- --planted`: whether each planted bug is caught, by what, and how soon.
import { InputFault } from '../../infra/cli/input-fault.ts'
import { type Point, pointsOf, stratified, usualOf } from '../crash-points/points.ts'
import type { Undisturbed } from '../crash-points/run.ts'
import { scenarios } from '../crash-points/scenarios/all.ts'
import type { Output } from '../simulation/output.ts'
import { runOnThreads, type Thread } from '../simulation/threads.ts'
import { plantedBugs } from './all-bugs.ts'
import type { PlantedBug } from './planted-bug.ts'
import { failingTest } from './rule-tests.ts'
import type { Found, Search } from './worker.ts'

export interface Hunt {
  readonly threads: number
  /** Runs within which each must be caught. */
  readonly most: number
  /** The name of one; all of them unless said. */
  readonly only?: string | undefined
}

/** Crash points that are tried before the seeds of the simulation. */
const POINTS = 400

/** Answers the exit code: 1 when any is not caught. `only`: the name of one. */
export async function runPlanted({ threads, most, only }: Hunt, output: Output): Promise<number> {
  const bugs = plantedBugs.filter(({ name }) => only === undefined || name === only)
  if (bugs.length === 0) throw new InputFault(`no bug "${only}" is planted`)
  const thread: Thread<Search, Found> = { worker: new URL('./worker.ts', import.meta.url) }
  let caught = 0
  const rest = bugs.values()
  const lane = async (): Promise<void> => {
    for (const bug of rest) {
      if (bug.shownBy) {
        const { test } = bug.shownBy
        const failing = await failingTest(bug, test)
        const says = failing ?? ''
        tell({ bug, caught: failing !== undefined, seeds: 1, by: test, says }, output)
        if (failing !== undefined) caught++
        continue
      }
      const search = await searchFor(bug, most)
      await runOnThreads(thread, [search], 1, (found) => {
        if (found.caught) caught++
        tell(found, output)
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, bugs.length) }, lane))
  const missed = bugs.length - caught
  output.say(
    { kind: 'summary', planted: bugs.length, caught, missed },
    `${caught} of ${bugs.length} planted bugs are caught`,
  )
  return missed > 0 ? 1 : 0
}

function tell(found: Found, output: Output): void {
  const { bug, caught, seeds, by } = found
  const { name, says } = bug
  output.say(
    { kind: 'planted', name, caught, seeds, by, says: found.says },
    caught
      ? `${name}: ${says}: caught in run ${seeds} by ${by}: ${found.says}`
      : `${name}: ${says}: NOT caught in ${seeds} runs`,
  )
}

async function searchFor(bug: PlantedBug, most: number): Promise<Search> {
  const usual: Record<string, Undisturbed> = {}
  const points: Point[] = []
  for (const name of bug.scenarios) {
    const scenario = scenarios.find((each) => each.name === name)
    if (!scenario) throw new Error(`${bug.name}: there is no scenario "${name}"`)
    usual[name] = await usualOf(scenario)
    points.push(...(await pointsOf(scenario)))
  }
  const ordered = inOrder(bug, points).slice(0, POINTS)
  return { bug, usual, points: ordered, most }
}

/** Those first in which it is expected to show. */
function inOrder({ modes = [], call = '' }: PlantedBug, points: readonly Point[]): Point[] {
  const isHinted = (point: Point): boolean =>
    (modes.length === 0 || modes.includes(point.mode)) && point.text.includes(call)
  const hinted = points.filter(isHinted)
  const others = points.filter((point) => !isHinted(point))
  return [...stratified(hinted, hinted.length), ...stratified(others, others.length)]
}
