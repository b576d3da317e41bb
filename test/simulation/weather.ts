// The weather of a simulation: which kinds of fault there are, and how often each strikes. Each seed has its own few, at
// rates of its own, because all of them together hide one another.
import type { Chance } from './chance.ts'

/** Every kind, with its rates: the least and the most that a seed is given, as a part of what it could strike. */
export const faultKinds = {
  // --- Deliveries: of hints and document events; a request is delivered in the end.
  'event-lost': [0.05, 1],
  'event-doubled': [0.05, 1],
  /** Up to ten minutes. */
  'event-late': [0.05, 1],
  /** A copy that comes hours later. */
  'event-ghost': [0.01, 0.2],
  'tick-missed': [0.1, 0.9],
  'tick-doubled': [0.1, 1],
  // --- Processes: of invocations.
  'crash-before': [0.001, 0.05],
  'crash-after': [0.001, 0.05],
  /** Neither ends nor answers. */
  hang: [0.001, 0.01],
  /** Stands still for minutes in the middle of a call, and goes on. */
  freeze: [0.001, 0.02],
  /** Its clock is wrong, by up to ten minutes. */
  skew: [0.2, 1],
  // --- Calls.
  'call-refused': [0.005, 0.15],
  'answer-lost': [0.005, 0.15],
  /** Takes effect after its caller has given up. */
  'effect-late': [0.005, 0.1],
  'call-doubled': [0.01, 0.3],
  'call-slow': [0.01, 0.3],
  'list-stale': [0.05, 0.5],
} as const satisfies Record<string, readonly [least: number, most: number]>

export type FaultKind = keyof typeof faultKinds

/** Kinds that are left out do not happen. */
export type Weather = Partial<Readonly<Record<FaultKind, number>>>

export const allFaultKinds = Object.keys(faultKinds) as readonly FaultKind[]

/** `part`: how many of the kinds a seed is given, on average. `times`: so much oftener than the least does each strike, at least. */
export function weatherAtRandom(chance: Chance, part: number, times: number): Weather {
  const weather: Partial<Record<FaultKind, number>> = {}
  for (const kind of allFaultKinds) {
    const isGiven = chance.happens(part)
    const [rarest, most] = faultKinds[kind]
    const least = rarest * times
    // As often small as large, whatever the magnitude.
    const rate = least * (most / least) ** chance.random()
    if (isGiven) weather[kind] = rate
  }
  return weather
}
