// Clusters come and go without a pause: how many an hour, and does anything grow?
import type { Bench } from './bench.ts'
import { fittedLine } from './fitted-line.ts'
import type { Figure } from './figure.ts'
import { type LaunchBed, openLaunchBed } from './launch-bed.ts'

const MINUTES = 10
/** Side by side. */
const LANES = 6
const MACHINE = 'n2-standard-8'
const SAMPLE_MS = 10_000
/** Until caches are full and code is compiled, memory grows by itself. */
const WARM_UP_MS = 60_000
const HOUR = 3_600_000

interface Sample {
  readonly at: number
  readonly value: number
}

export const steady: Bench = {
  name: 'steady',
  asks: 'how many clusters an hour are launched and ended for ten minutes, and does anything grow?',
  async run({ repeats: minutes = MINUTES, kubernetes, progress }) {
    const bed = await openLaunchBed({ speed: 100, kubernetes }, [MACHINE])
    try {
      progress(`${minutes} minutes of launches, ${LANES} at a time (--repeats changes the minutes)`)
      return await churn(bed, minutes * 60_000)
    } finally {
      await bed.stop()
    }
  },
}

async function churn(bed: LaunchBed, forMs: number): Promise<Figure[]> {
  const { clock, stack } = bed.site
  const began = clock.now()
  const isOver = (): boolean => clock.now() - began >= forMs
  const launches: Sample[] = []
  const memory: Sample[] = []
  const lane = async (name: number): Promise<void> => {
    for (let run = 0; !isOver(); run++) {
      const cluster = `s${name}-${run}`
      const { totalMs } = await bed.launch({ cluster, executors: 2, machineType: MACHINE })
      launches.push({ at: clock.now() - began, value: totalMs })
      await bed.terminate(cluster)
    }
  }
  const watch = async (): Promise<void> => {
    while (!isOver()) {
      const processes = await stack.processes()
      const value = processes.find(({ name }) => name === 'functions')?.memoryMb
      if (value !== undefined) memory.push({ at: clock.now() - began, value })
      await clock.sleep(SAMPLE_MS)
    }
  }
  await Promise.all([...Array.from({ length: LANES }, (_, at) => lane(at)), watch()])
  const took = clock.now() - began
  return [
    {
      name: 'clusters launched and ended',
      unit: 'per hour',
      values: [(launches.length * HOUR) / took],
    },
    { name: 'a launch of 2 executors', unit: 'ms', values: launches.map(({ value }) => value) },
    {
      name: 'a launch grows by',
      unit: 'ms',
      values: [slope(launches) * forMs],
      note: 'over the whole time, by a fitted line',
    },
    { name: 'memory of the functions', unit: 'MB', values: memory.map(({ value }) => value) },
    {
      name: 'memory of the functions grows by',
      unit: 'MB',
      values: [slope(memory) * HOUR],
      note: 'in an hour, by a fitted line after the first minute',
    },
  ]
}

/** In a millisecond, after the warm-up. */
function slope(samples: readonly Sample[]): number {
  const late = samples.filter(({ at }) => at >= WARM_UP_MS)
  return fittedLine((late.length > 2 ? late : samples).map(({ at, value }) => [at, value])).b
}
