// All crash points: each call of each scenario in each way that it can go wrong. Found by running, so a new call is covered
// by being there.
import type { Mode } from './mode.ts'
import { type Struck, struckAt, type Undisturbed, undisturbed } from './run.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios/all.ts'

export interface Point {
  /** Scenario, number of the call, mode. */
  readonly id: string
  readonly scenario: string
  readonly nth: number
  readonly mode: Mode
  /** Such as `gke.createNodePool`. */
  readonly call: string
  readonly text: string
}

export interface Outcome extends Pick<Struck, 'wrong' | 'recoveryMs'> {
  readonly point: Point
  /** Calls up to the one that was struck, and some after it. */
  readonly trace: readonly string[]
}

const known = new Map<string, Promise<Undisturbed>>()

/** Each scenario runs undisturbed once a thread. */
export function usualOf(scenario: Scenario): Promise<Undisturbed> {
  const usual = known.get(scenario.name) ?? undisturbed(scenario)
  known.set(scenario.name, usual)
  return usual
}

export async function pointsOf(scenario: Scenario): Promise<Point[]> {
  const { sites } = await usualOf(scenario)
  const { name } = scenario
  return sites.flatMap(({ nth, call, text, modes }) =>
    modes.map((mode) => ({ id: `${name}:${nth}:${mode}`, scenario: name, nth, mode, call, text })),
  )
}

export async function allPoints(): Promise<Point[]> {
  const found: Point[] = []
  for (const scenario of scenarios) found.push(...(await pointsOf(scenario)))
  return found
}

const BEFORE = 5
const AFTER = 10

export async function runPoint(point: Point): Promise<Outcome> {
  const scenario = scenarios.find(({ name }) => name === point.scenario)
  if (!scenario) throw new Error(`there is no scenario "${point.scenario}"`)
  const { nth, mode, text } = point
  const { struck, recoveryMs, sites, ...found } = await struckAt(
    scenario,
    await usualOf(scenario),
    nth,
    mode,
  )
  // A run that is not the same up to the fault proves nothing.
  const isOther = struck?.text !== text
  const wrong = [
    ...(isOther ? [`the call was "${struck?.text}", not "${text}"`] : []),
    ...found.wrong,
  ]
  const near = sites.slice(Math.max(0, nth - 1 - BEFORE), nth + AFTER)
  const trace = wrong.length > 0 ? near.map((site) => site.text) : []
  return { point, wrong, recoveryMs, trace }
}

/** So many of them, in which every kind of call, every mode and every scenario has its turn. */
export function stratified(points: readonly Point[], count: number): Point[] {
  const strata = new Map<string, Point[]>()
  for (const point of points) {
    const key = `${point.call} ${point.mode}`
    strata.set(key, [...(strata.get(key) ?? []), point])
  }
  const chosen: Point[] = []
  for (let round = 0; chosen.length < Math.min(count, points.length); round++) {
    for (const [at, stratum] of [...strata.values()].entries()) {
      // Not the first of each, or all would be of the first scenario.
      const place = (round * 31 + at * 17) % stratum.length
      const [point] = stratum.splice(place, 1)
      if (point && chosen.length < count) chosen.push(point)
    }
  }
  return chosen
}
