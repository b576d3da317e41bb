// How much of a launch is Kindling's own: all that is neither node boot, autoscaler, pool operation nor image pull.
import type { Bench } from './bench.ts'
import { atMost } from './figure.ts'
import { openLaunchBed } from './launch-bed.ts'

const REPEATS = 7
const MACHINE = 'n2-standard-8'

export const ownShare: Bench = {
  name: 'own-share',
  asks: 'of a launch of 100 executors, how much is not boot, scan, pool operation or pull?',
  async run({ repeats = REPEATS, kubernetes, progress }) {
    const bed = await openLaunchBed({ speed: 20, kubernetes }, [MACHINE])
    try {
      const launches = []
      for (let run = 0; run < repeats; run++) {
        const cluster = `own-${run}`
        const launched = await bed.launch({ cluster, executors: 100, machineType: MACHINE })
        progress(`launch ${run + 1}: ${launched.ownMs} of ${launched.totalMs} ms`)
        launches.push(launched)
        await bed.terminate(cluster)
      }
      return [
        {
          name: 'own time of a launch of 100 executors',
          unit: 'ms',
          values: launches.map(({ ownMs }) => ownMs),
          target: atMost(1000),
          note: 'old pools; machines of the launch before may still stand',
        },
        {
          name: 'request to last pod created',
          unit: 'ms',
          values: launches.map(({ podsCreatedMs }) => podsCreatedMs),
        },
      ]
    } finally {
      await bed.stop()
    }
  },
}
