// How long a launch waits in a workspace that hibernates, in the simulated cloud's own time.
import type { Bench } from './bench.ts'
import type { Figure } from './figure.ts'
import { endCluster, hibernate, launchVirtual, openVirtual } from './virtual-launch.ts'

export const wake: Bench = {
  name: 'wake',
  asks: 'how long from a request in a hibernated workspace to a running cluster?',
  async run({ progress }) {
    progress('a launch in a workspace that is awake')
    const loop = await openVirtual({ hibernateAfterHours: 6 }, { speed: 1 })
    try {
      const awake = await launchVirtual(loop, 10)
      await endCluster(loop)
      progress('hibernation')
      await hibernate(loop)
      progress('a launch that wakes it')
      const asleep = await launchVirtual(loop, 10)
      return [
        figure('launch that wakes the workspace', asleep.tookMs),
        figure('the same where it is awake, new pools', awake.tookMs),
      ]
    } finally {
      await loop.stop()
    }
  },
}

function figure(name: string, ms: number): Figure {
  return { name, unit: 's', values: [ms / 1000] }
}
