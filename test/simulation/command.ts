// `npm run simulate`: which of its modes was asked for, and with what.
import { availableParallelism } from 'node:os'
import type { Arguments, Command, Flag } from '../../infra/cli/arguments.ts'
import { ending } from '../../infra/cli/ending.ts'
import { runCommand } from '../../infra/cli/run-command.ts'
import { deliveryModes } from './delivery-modes.ts'
import { explain } from './explain.ts'
import { listInvariants } from './list-invariants.ts'
import { runMany } from './many-seeds.ts'
import { type Output, outputTo } from './output.ts'
import { storms } from './storms.ts'

const LARGEST_SEED = 2 ** 31
/** Runs. */
const CAUGHT_WITHIN = 5000

const flags = {
  seeds: {
    kind: 'number',
    says: 'how many seeds (200); with --planted how many runs for each (5000)',
    least: 1,
    most: 10_000_000,
    whole: true,
  },
  first: {
    kind: 'number',
    says: 'the first of them (1)',
    least: 0,
    most: LARGEST_SEED,
    whole: true,
  },
  threads: { kind: 'number', says: 'threads (as many as cores)', least: 1, most: 64, whole: true },
  seed: {
    kind: 'number',
    says: 'this one alone, explained',
    least: 0,
    most: LARGEST_SEED,
    whole: true,
  },
  deliveries: {
    kind: 'choice',
    says: 'no fault but this one of events: none arrives, each arrives twice, or the last comes first',
    choices: deliveryModes,
  },
  storm: {
    kind: 'choice',
    says: 'with --seed: this kind of storm in place of the one that the seed has, as a saved seed may',
    choices: storms,
  },
  invariants: { kind: 'switch', says: 'list what is checked, and why' },
  'crash-points': {
    kind: 'switch',
    says: 'every call of every lifecycle scenario, struck in every way, instead of seeds',
  },
  point: { kind: 'text', value: 'ID', says: 'this crash point alone, explained' },
  planted: { kind: 'switch', says: 'whether mistakes that are planted on purpose are caught' },
  bug: { kind: 'text', value: 'NAME', says: 'this planted mistake alone' },
  reach: {
    kind: 'switch',
    says: 'name every probe that was never reached, which 10,000 seeds and more always do',
  },
  json: { kind: 'switch', says: 'one JSON value a line on standard output' },
} as const satisfies Record<string, Flag>

type Given = Arguments<typeof flags>

const command: Command<typeof flags> = {
  usage: 'npm run simulate --',
  says: 'Runs the whole of Kindling through storms of faults, one for each seed, and checks that nothing is lost.',
  flags,
}

/** Answers the process's exit code. */
export async function simulate(argv: readonly string[]): Promise<number> {
  return await ending(() =>
    runCommand(command, argv, (given) => modeOf(given)(given, outputTo(given.json))),
  )
}

type Mode = (given: Given, output: Output) => Promise<number>

/** One module a mode, loaded when it is asked for. */
function modeOf(given: Given): Mode {
  const { seed, point, bug, threads = availableParallelism() } = given
  const deliveries = deliveryModes.find((mode) => mode === given.deliveries)
  const storm = storms.find((each) => each === given.storm)
  if (given.invariants) return (_, output) => listInvariants(output)
  if (seed !== undefined) return (_, output) => explain(seed, { deliveries, storm }, output)
  if (point !== undefined) {
    return async (_, output) =>
      (await import('../crash-points/command.ts')).replayPoint(point, output)
  }
  if (given['crash-points']) {
    return async (_, output) =>
      (await import('../crash-points/command.ts')).runCrashPoints(threads, output)
  }
  if (given.planted || bug !== undefined) {
    return async (_, output) =>
      (await import('../planted/command.ts')).runPlanted(
        { threads, most: given.seeds ?? CAUGHT_WITHIN, only: bug },
        output,
      )
  }
  return ({ seeds = 200, first = 1, reach }, output) =>
    runMany({ seeds, first, threads, deliveries, isReachSaid: reach }, output)
}
