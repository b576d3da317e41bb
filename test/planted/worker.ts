// A thread with one bug planted: looks for it until something is wrong, and answers what that was. Its only job, because
// what it has loaded cannot be loaded again.
import type { Undisturbed } from '../crash-points/run.ts'
import type { Point } from '../crash-points/points.ts'
import { answerJobs } from '../simulation/thread.ts'
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
  readonly bug: PlantedBug
  readonly caught: boolean
  /** Runs that it took: of scenarios, of crash points, and of seeds. */
  readonly seeds: number
  /** What caught it: a scenario without faults, a crash point, or a seed. */
  readonly by: string
  /** What was wrong. */
  readonly says: string
}

type Run = readonly [by: string, run: () => Promise<readonly string[]>]

async function wrongIn(run: () => Promise<readonly string[]>): Promise<string | undefined> {
  try {
    return (await run())[0]
  } catch (error) {
    return String(error)
  }
}

answerJobs(async (search: Search): Promise<Found> => {
  plant(search.bug)
  let seeds = 0
  for await (const [by, run] of runsOf(search)) {
    if (seeds >= search.most) break
    seeds++
    const says = await wrongIn(run)
    if (says !== undefined) return { bug: search.bug, caught: true, seeds, by, says }
  }
  return { bug: search.bug, caught: false, seeds, by: '', says: '' }
})

async function* runsOf({ bug, usual, points }: Search): AsyncIterable<Run> {
  // Only now, so that they are loaded with the bug in them.
  const { comparedWith, struckAt } = await import('../crash-points/run.ts')
  const { scenarios } = await import('../crash-points/scenarios/all.ts')
  const { runSeed } = await import('../simulation/run-seed.ts')
  const { scenarioIn } = await import('../simulation/scenario.ts')
  const { deliveries } = bug
  const optionsOf = (seed: number) => (deliveries ? { scenario: scenarioIn(deliveries, seed) } : {})
  const known = new Map(
    scenarios.flatMap((scenario) => {
      const it = usual[scenario.name]
      return it ? [[scenario.name, [scenario, it] as const]] : []
    }),
  )
  for (const [name, [scenario, it]] of known) yield [name, () => comparedWith(scenario, it)]
  for (const { id, scenario: name, nth, mode } of points) {
    const [scenario, it] = known.get(name) ?? []
    if (scenario && it) yield [id, async () => (await struckAt(scenario, it, nth, mode)).wrong]
  }
  for (let seed = 1; ; seed++) {
    const violations = async (): Promise<readonly string[]> =>
      (await runSeed(seed, optionsOf(seed))).violations.map(
        ({ invariant, says }) => `${invariant}: ${says}`,
      )
    yield [deliveries ? `seed ${seed}, deliveries ${deliveries}` : `seed ${seed}`, violations]
  }
}
