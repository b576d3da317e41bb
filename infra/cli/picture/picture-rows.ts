// Which rows a picture of a launch has: what follows from what stands below it, and the batches of executors are one row. Pure.
import type { Phase } from '../../../shared/domain/timeline.ts'

const BATCHES = 'executors'

/** The row that a phase is drawn in. */
export function rowOf(step: string): string {
  return /^executors-\d+$/.test(step) ? BATCHES : step
}

export function pictureRows(phases: readonly Phase[]): Phase[] {
  const rows = withBatchesInOne(phases)
  const byStep = new Map(rows.map((row) => [row.step, row]))
  const depths = new Map<string, number>()
  const depthOf = (step: string): number => {
    const known = depths.get(step)
    if (known !== undefined) return known
    // Before its own are known, so that a circle ends.
    depths.set(step, 0)
    const before = (byStep.get(step)?.waitedFor ?? []).filter((each) => byStep.has(each))
    const depth = Math.max(0, ...before.map((each) => depthOf(each) + 1))
    depths.set(step, depth)
    return depth
  }
  return rows.toSorted(
    (a, b) =>
      depthOf(a.step) - depthOf(b.step) || a.startedAt - b.startedAt || a.endedAt - b.endedAt,
  )
}

function withBatchesInOne(phases: readonly Phase[]): Phase[] {
  const batches = phases.filter(({ step }) => rowOf(step) === BATCHES)
  const [first] = batches
  const others = phases
    .filter((phase) => !batches.includes(phase))
    .map((phase) => ({ ...phase, waitedFor: drawn(phase.waitedFor) }))
  if (!first) return others
  const one: Phase = {
    ...first,
    step: BATCHES,
    title: batches.length === 1 ? BATCHES : `${BATCHES}, ${batches.length} batches`,
    startedAt: Math.min(...batches.map(({ startedAt }) => startedAt)),
    endedAt: Math.max(...batches.map(({ endedAt }) => endedAt)),
    waitedFor: drawn(batches.flatMap(({ waitedFor }) => waitedFor)),
  }
  return [...others, one]
}

function drawn(waitedFor: readonly string[]): string[] {
  return [...new Set(waitedFor.map(rowOf))]
}
