// A thread with one bug planted: looks for it until something is wrong, and answers what that was.
import { parentPort, workerData } from 'node:worker_threads'
import type { Undisturbed } from '../crash-points/run.ts'
import type { Point } from '../crash-points/points.ts'
import { plant } from './plant.ts'
import type { PlantedBug } from './planted-bug.ts'

/** Of one bug. */
export interface Search {
  readonly bug: PlantedBug
  /** What the scenarios come to without it. */
  readonly usual: Readonly<Record<string, Undisturbed>>
  /** In the order in which they are tried. */
  readonly points: readonly Point[]
  /** Of the simulation, after the points: from 1 on, so many runs in all. */
  readonly most: number
}

export interface Found {
  readonly caught: boolean
  /** Runs that it took: of scenarios, of crash points, and of seeds. */
  readonly seeds: number
  /** What caught it: a scenario without faults, a crash point, or a seed. */
  readonly by: string
  /** What was wrong. */
  readonly says: string
}

// What `runBug` in command.ts hands over.
const { bug, usual, points, most } = workerData as Search
plant(bug)
// Only now, so that they are loaded with the bug in them.
const { comparedWith, struckAt } = await import('../crash-points/run.ts')
const { scenarios } = await import('../crash-points/scenarios/all.ts')
const { runSeed } = await import('../simulation/run-seed.ts')

async function wrongIn(run: () => Promise<readonly string[]>): Promise<string | undefined> {
  try {
    return (await run())[0]
  } catch (error) {
    return String(error)
  }
}

async function search(): Promise<Found> {
  let seeds = 0
  for (const [by, run] of runs()) {
    if (seeds >= most) break
    seeds++
    const says = await wrongIn(run)
    if (says !== undefined) return { caught: true, seeds, by, says }
  }
  return { caught: false, seeds, by: '', says: '' }
}

function* runs(): Iterable<readonly [by: string, run: () => Promise<readonly string[]>]> {
  const scenarioOf = (name: string) => {
    const [scenario, known] = [scenarios.find((each) => each.name === name), usual[name]]
    if (!scenario || !known) throw new Error(`there is no scenario "${name}"`)
    return { scenario, known }
  }
  for (const name of bug.scenarios) {
    const { scenario, known } = scenarioOf(name)
    yield [name, () => comparedWith(scenario, known)]
  }
  for (const { id, scenario: name, nth, mode } of points) {
    const { scenario, known } = scenarioOf(name)
    yield [id, async () => (await struckAt(scenario, known, nth, mode)).wrong]
  }
  for (let seed = 1; ; seed++) {
    yield [
      `seed ${seed}`,
      async () =>
        (await runSeed(seed)).violations.map(({ invariant, says }) => `${invariant}: ${says}`),
    ]
  }
}

parentPort?.postMessage(await search())
