// What Kindling itself costs at list price: a launch of 100 executors, and a month in which nothing happens.
import { hours } from '../../shared/domain/time.ts'
import { ownCost } from '../../shared/runtime/own-cost.ts'
import type { Loop } from '../loop/fixture.ts'
import type { Bench, BenchOptions } from './bench.ts'
import { atMost, type Figure } from './figure.ts'
import { openLaunchBed } from './launch-bed.ts'
import { counted, endCluster, hibernate, launchVirtual, openVirtual } from './virtual-launch.ts'

const REPEATS = 3
const MACHINE = 'n2-standard-8'
const HOURS_A_MONTH = 730
/** Hours. */
const DAY = 24

export const price: Bench = {
  name: 'price',
  asks: 'what does Kindling itself cost for a launch of 100 executors, and for an idle month?',
  async run({ repeats = REPEATS, kubernetes, progress }) {
    progress('launches on the emulators')
    const launches = await launchPrices(repeats, kubernetes)
    progress('quiet hours')
    return [launches, ...(await idleMonths())]
  },
}

/** Invocations are billed for the time that they take, so this is measured in real time. */
async function launchPrices(
  repeats: number,
  kubernetes: BenchOptions['kubernetes'],
): Promise<Figure> {
  const bed = await openLaunchBed({ speed: 20, kubernetes }, [MACHINE])
  try {
    const values: number[] = []
    for (let run = 0; run < repeats; run++) {
      const cluster = `price-${run}`
      const { counts } = await bed.launch({ cluster, executors: 100, machineType: MACHINE })
      values.push(ownCost(counts).usd)
      await bed.terminate(cluster)
    }
    return {
      name: 'launch of 100 executors',
      unit: 'USD',
      values,
      target: atMost(0.001),
      note: 'each invocation billed as if it had an instance to itself',
    }
  } finally {
    await bed.stop()
  }
}

async function idleMonths(): Promise<Figure[]> {
  const loop = await openVirtual({ hibernateAfterHours: 30 })
  try {
    await launchVirtual(loop, 3)
    const running = await monthAs(loop, 'a cluster that runs and is not worked on')
    await endCluster(loop)
    await loop.clock.advance(hours(1))
    const empty = await monthAs(loop, 'a workspace without clusters')
    await hibernate(loop)
    // Audits of what sleeps have become as rare as they will be.
    await loop.clock.advance(hours(DAY))
    return [running, empty, await monthAs(loop, 'a workspace that hibernates')]
  } finally {
    await loop.stop()
  }
}

/** A quiet day, audits among it, as often as a month has days; all of it would be one workspace's only where it is the only one. */
async function monthAs(loop: Loop, what: string): Promise<Figure> {
  const { counts } = await counted(loop, () => loop.clock.advance(hours(DAY)))
  const anHour = (count: number): string => (count / DAY).toFixed(1)
  const { invocations, firestoreReads, firestoreWrites } = counts
  const calls = counts.gkeCalls + counts.networkCalls + counts.kubernetesCalls
  return {
    name: `month of ${what}`,
    unit: 'USD',
    values: [(ownCost(counts).usd * HOURS_A_MONTH) / DAY],
    note: `an hour: ${anHour(invocations)} invocations, ${anHour(firestoreReads)} reads, ${anHour(firestoreWrites)} writes, ${anHour(calls)} calls of the cloud; the sweep's among them`,
  }
}
