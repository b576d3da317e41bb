// Does the time of a launch depend on its size? Sizes take turns within one run, each on a shape of its own, so that every
// node boots anew; all nodes boot for 20 s. A second bed lets each node boot for a time of its own: what the slowest of many
// costs is no work of ours, and is told apart.
import type { Bench, BenchOptions } from './bench.ts'
import { atMost, type Figure } from './figure.ts'
import { type Launched, type LaunchBed, openLaunchBed } from './launch-bed.ts'
import { fittedLine } from './fitted-line.ts'

const REPEATS = 3
interface Size {
  readonly executors: number
  readonly machineType: string
}

const SIZES: readonly Size[] = [
  { executors: 1, machineType: 'n2-standard-8' },
  { executors: 10, machineType: 'e2-standard-4' },
  { executors: 100, machineType: 'e2-standard-8' },
  { executors: 300, machineType: 'n2-standard-16' },
  { executors: 1000, machineType: 'n2-highmem-8' },
]
const SPEED = 20
/** Of every node, as people see it. */
const BOOT_MS = 20_000
/** Where each has its own, up to this much more: the least and the most of design's boot times are this far apart. */
const JITTER_MS = 20_000

export const launchScaling: Bench = {
  name: 'launch-scaling',
  asks: 'does a launch of 1,000 executors take longer than one of 1?',
  async run({ repeats = REPEATS, ...options }) {
    const rounds = await inBed({ bootMs: BOOT_MS }, SIZES, repeats, options)
    const ends = SIZES.filter(({ executors }) => executors === 1 || executors === 1000)
    const jittered = await inBed({ bootMs: BOOT_MS, bootJitterMs: JITTER_MS }, ends, 1, options)
    return [...figuresOf(rounds), ...jitterFigures(jittered[0] ?? [])]
  },
}

/** Launches of each of these sizes, in each round; the boot times are those that people see. */
async function inBed(
  boot: { readonly bootMs: number; readonly bootJitterMs?: number },
  sizes: readonly Size[],
  rounds: number,
  { kubernetes, progress }: Omit<BenchOptions, 'repeats'>,
): Promise<Launched[][]> {
  const { bootMs, bootJitterMs = 0 } = boot
  const cloud = { speed: SPEED, bootMs: bootMs * SPEED, bootJitterMs: bootJitterMs * SPEED }
  progress('bringing a workspace up')
  const bed = await openLaunchBed(
    { ...cloud, kubernetes },
    sizes.map(({ machineType }) => machineType),
  )
  try {
    const all: Launched[][] = []
    for (let round = 1; round <= rounds; round++)
      all.push(await oneRound(bed, sizes, round, progress))
    return all
  } finally {
    await bed.stop()
  }
}

async function oneRound(
  bed: LaunchBed,
  sizes: readonly Size[],
  round: number,
  progress: (words: string) => void,
): Promise<Launched[]> {
  const launches: Launched[] = []
  for (const { executors, machineType } of sizes) {
    const cluster = `b${round}-${executors}`
    const launched = await bed.launch({ cluster, executors, machineType })
    progress(`round ${round}: ${executors} executors, ${Math.round(launched.totalMs)} ms`)
    launches.push(launched)
    await bed.terminate(cluster)
  }
  return launches
}

function figuresOf(rounds: readonly (readonly Launched[])[]): Figure[] {
  const sizes = SIZES.map(({ executors }) => executors)
  const totals = (executors: number): number[] =>
    rounds.flatMap((round) =>
      round.filter((each) => each.executors === executors).map(({ totalMs }) => totalMs),
    )
  const lines = rounds.map((round) =>
    fittedLine(round.map(({ executors, totalMs }) => [executors, totalMs])),
  )
  return [
    ...sizes.map((executors) => ({
      name: `${executors} executors`,
      unit: 'ms' as const,
      values: totals(executors),
    })),
    {
      name: '1,000 executors against 1',
      unit: 'x',
      values: totals(1000).map((total, at) => total / (totals(1)[at] ?? Number.NaN)),
      target: atMost(1.1),
      note: 'within one round',
    },
    { name: 'a launch of none (a of a + b N)', unit: 'ms', values: lines.map(({ a }) => a) },
    { name: 'each executor more (b of a + b N)', unit: 'ms', values: lines.map(({ b }) => b) },
  ]
}

/** How much of what 1,000 take longer is that the slowest of 1,000 nodes is slower than the only one. */
function jitterFigures(launches: readonly Launched[]): Figure[] {
  const one = launches.find(({ executors }) => executors === 1)
  const many = launches.find(({ executors }) => executors === 1000)
  if (!one || !many) return []
  const longer = many.totalMs - one.totalMs
  const note = `nodes boot ${BOOT_MS / 1000} to ${(BOOT_MS + JITTER_MS) / 1000} s, each its own time`
  return [
    {
      name: 'with jitter, 1,000 executors against 1',
      unit: 'x',
      values: [many.totalMs / one.totalMs],
      note,
    },
    {
      name: 'of that, because of the slowest node',
      unit: '%',
      values: [(100 * (nodesMs(many) - nodesMs(one))) / longer],
    },
  ]
}

function nodesMs({ phases }: Launched): number {
  return (phases.lastNodeReadyAt ?? Number.NaN) - (phases.firstPodCreatedAt ?? Number.NaN)
}
