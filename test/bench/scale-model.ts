// On paper, from operations that were counted: what part of each limit of Google's does the platform take at the size that it
// is planned for, and which is met first? One life of a cluster and one quiet hour of a workspace are counted in simulation.
import { hours, seconds } from '../../shared/domain/time.ts'
import type { Counts } from '../../shared/runtime/counts.ts'
import type { Bench } from './bench.ts'
import { type Figure, quantile } from './figure.ts'
import { type Demand, limits, type Plan } from './google-limits.ts'
import { counted, endCluster, launchVirtual, openVirtual } from './virtual-launch.ts'

/** Millions of instances a day over all customers (R17), hundreds of clusters in the largest workspaces. */
const PLAN: Plan = {
  instancesADay: 2_000_000,
  executors: 100,
  workspaces: 5000,
  /** The busiest second against the mean. */
  peak: 3,
  largest: { clusters: 300, nodesAtOnce: 15_000, launchesAnHour: 100 },
}

export const scaleModel: Bench = {
  name: 'scale-model',
  asks: 'at millions of instances a day, which limit of Google is met first?',
  async run({ progress }) {
    progress('counting one life of a cluster of 100 executors, and a quiet hour')
    const demand = await measuredDemand()
    const figures = limits.map((limit): Figure => {
      const value = (100 * limit.needs(PLAN, demand)) / limit.gives
      return { name: limit.name, unit: '%', values: [value], note: limit.says }
    })
    return figures.toSorted((a, b) => quantile(b.values, 0) - quantile(a.values, 0))
  },
}

async function measuredDemand(): Promise<Demand> {
  const loop = await openVirtual()
  try {
    let quiet: Counts | undefined
    const life = await counted(loop, async () => {
      await launchVirtual(loop, PLAN.executors)
      await loop.clock.advance(seconds(300))
      quiet = (await counted(loop, () => loop.clock.advance(hours(1)))).counts
      await endCluster(loop)
    })
    if (!quiet) throw new Error('nothing was counted')
    return { life: life.counts, quietHour: quiet }
  } finally {
    await loop.stop()
  }
}
