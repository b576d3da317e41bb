// `npm run simulate -- --seed S`: one seed again; what broke is told on the smallest scenario that still breaks it, with
// what happened to the entity concerned.
import type { DeliveryMode } from './delivery-modes.ts'
import type { Output } from './output.ts'
import { runSeed, type SeedResult, type Violation } from './run-seed.ts'
import { scenarioIn, scenarioOf } from './scenario.ts'
import { shrink } from './shrink.ts'
import type { Storm } from './storms.ts'
import type { TraceLine } from './trace.ts'

/** In place of what the seed has. */
interface Otherwise {
  readonly deliveries?: DeliveryMode | undefined
  readonly storm?: Storm | undefined
}

/** Answers the exit code. */
export async function explain(
  seed: number,
  { deliveries, storm }: Otherwise,
  output: Output,
): Promise<number> {
  const scenario = deliveries ? scenarioIn(deliveries, seed) : scenarioOf(seed, storm)
  const result = await runSeed(seed, { scenario })
  const [first] = result.violations
  if (first) await explainOne(result, first, output)
  output.say(...summaryOf(result))
  return first ? 1 : 0
}

/** Later violations follow from the first, as a rule. */
async function explainOne(result: SeedResult, first: Violation, output: Output): Promise<void> {
  const { seed } = result
  output.progress(`seed ${seed} breaks ${first.invariant}; leaving out what is not needed for that`)
  const smallest = await shrink(result, first.invariant, (scenario) => runSeed(seed, { scenario }))
  const violation =
    smallest.violations.find(({ invariant }) => invariant === first.invariant) ?? first
  const lines = linesAbout(smallest.trace, violation).map(lineOf)
  const { weather, moves } = smallest.scenario
  output.say(
    { kind: 'violation', seed, ...violation, weather, moves: moves.length, trace: lines },
    [
      `seed ${seed} breaks ${violation.invariant}: ${violation.about} ${violation.says}`,
      `  with ${moves.length} moves and the weather ${JSON.stringify(weather)}`,
      ...lines.map((line) => `  ${line}`),
    ].join('\n'),
  )
}

/** Lines on the entity, the moves, and the faults that struck it. */
function linesAbout(trace: readonly TraceLine[], { about, at }: Violation): TraceLine[] {
  const id = about.split('/').at(-1) ?? about
  return trace.filter(
    (line) =>
      line.at <= at && (line.kind === 'move' || line.kind === 'check' || line.text.includes(id)),
  )
}

const lineOf = ({ at, kind, text }: TraceLine): string =>
  `${(at / 1000).toFixed(1).padStart(8)} s  ${kind.padEnd(5)}  ${text}`

function summaryOf(result: SeedResult): Parameters<Output['say']> {
  const { seed, violations, traceHash, simulatedMs, events, crashes, recoveryMs } = result
  const count = violations.length
  return [
    { kind: 'seed', seed, violations: count, traceHash, simulatedMs, events, crashes, recoveryMs },
    `seed ${seed}: ${count} violations, trace ${traceHash}`,
  ]
}
