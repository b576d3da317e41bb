// `npm run simulate -- --seed S`: one seed again, with what happened to the entities whose invariants broke.
import type { Output } from './output.ts'
import { runSeed, type SeedResult, type Violation } from './run-seed.ts'
import type { TraceLine } from './trace.ts'

/** Answers the exit code. */
export async function explain(seed: number, output: Output): Promise<number> {
  const result = await runSeed(seed)
  for (const violation of result.violations) {
    const { invariant, about, says, at } = violation
    const lines = linesAbout(result.trace, violation).map(lineOf)
    output.say(
      { kind: 'violation', seed, invariant, about, says, at, trace: lines },
      [
        `seed ${seed} breaks ${invariant}: ${about} ${says}`,
        ...lines.map((line) => `  ${line}`),
      ].join('\n'),
    )
  }
  output.say(...summaryOf(result))
  return result.violations.length > 0 ? 1 : 0
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

function summaryOf({
  seed,
  violations,
  traceHash,
  simulatedMs,
  events,
  recoveryMs,
}: SeedResult): Parameters<Output['say']> {
  return [
    {
      kind: 'seed',
      seed,
      violations: violations.length,
      traceHash,
      simulatedMs,
      events,
      recoveryMs,
    },
    `seed ${seed}: ${violations.length} violations, trace ${traceHash}`,
  ]
}
