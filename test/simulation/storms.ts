// The two kinds of storm, and how a seed comes by one.
import { minutes } from '../../shared/domain/time.ts'
import { chanceFor } from './chance.ts'
import type { Scenario } from './scenario.ts'

export const storms = ['short', 'long'] as const
export type Storm = (typeof storms)[number]

/** What is picked from, and how often what happens. */
export interface Pace {
  /** In minutes. */
  readonly lengths: readonly number[]
  /** Of the cloud. */
  readonly speeds: readonly number[]
  /** How often a workspace with clusters is deleted in the storm, where that meets faults. */
  readonly deleted: number
  /** Of one cluster, at most. */
  readonly changes: number
  /** What is said again to the letter comes so many milliseconds later, at most. */
  readonly again: number
  readonly endings: readonly Scenario['ending'][]
  readonly thorough: number
  /** Which part of the kinds of fault there are. */
  readonly kinds: readonly number[]
  /** So much oftener than at the least does each of them strike: what strikes too rarely never strikes in a short time. */
  readonly least: number
}

/**
 * Most storms are short, with a quick cloud and few requests: what counts is how many faults meet how many states for each
 * second of the machine, and a workspace that is made, used and left in five minutes is worth one that stands for half an
 * hour. One of sixteen is long, for what takes time: idle limits, nodes that come after a quarter of an hour, operations of half
 * an hour, ghosts of hours, slow clouds.
 */
export const paceOf = {
  short: {
    lengths: [3, 4, 5, 6],
    speeds: [10, 20, 40, 40],
    changes: 3,
    again: minutes(3),
    deleted: 0.25,
    endings: ['rest', 'rest', 'rest', 'delete'],
    thorough: 0.06,
    kinds: [0, 0.15, 0.3, 0.3, 0.5, 0.5],
    least: 3,
  },
  long: {
    lengths: [8, 12, 20, 30],
    speeds: [2, 5, 10, 20],
    changes: 4,
    again: minutes(10),
    deleted: 0.1,
    endings: ['rest', 'rest then delete', 'rest then delete', 'delete'],
    thorough: 0.3,
    kinds: [0, 0.15, 0.3, 0.5],
    least: 1,
  },
} as const satisfies Record<Storm, Pace>

export const stormOf = (seed: number): Storm =>
  chanceFor(seed, 'storm').happens(1 / 16) ? 'long' : 'short'
