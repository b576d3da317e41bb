// What a launch costs in operations, against its size.
import type { Counts } from '../../shared/runtime/counts.ts'
import type { Bench } from './bench.ts'
import { deliveryChain } from './delivery-chain.ts'
import { atMost, type Figure } from './figure.ts'
import { launchVirtual, openVirtual } from './virtual-launch.ts'

const SIZES = [1, 10, 100, 1000] as const
const POD_BATCH = 50
/** Design's bound of committed writes. */
const writesMost = (executors: number): number => 40 + 4 * Math.ceil(executors / POD_BATCH)

const DELIVERIES_MOST = 3

const COUNTED = {
  firestoreReads: 'Firestore reads',
  firestoreWrites: 'Firestore writes',
  refusedWrites: 'refused writes',
  invocations: 'invocations',
  deliveries: 'deliveries',
  gkeCalls: 'GKE calls',
  kubernetesCalls: 'Kubernetes calls',
} as const satisfies Partial<Record<keyof Counts, string>>

export const writeAmplification: Bench = {
  name: 'write-amplification',
  asks: 'how many reads, writes, invocations, deliveries and calls does a launch take?',
  async run({ progress }) {
    const figures: Figure[] = []
    for (const executors of SIZES) {
      progress(`${executors} executors`)
      const chain = deliveryChain()
      const loop = await openVirtual({}, { chain })
      const { counts } = await launchVirtual(loop, executors)
      await loop.stop()
      for (const [key, title] of Object.entries(COUNTED) as [keyof typeof COUNTED, string][]) {
        const target = key === 'firestoreWrites' ? { target: atMost(writesMost(executors)) } : {}
        const name = `${title}, ${executors} executors, new pools`
        figures.push({ name, unit: 'count', values: [counts[key]], ...target })
      }
      figures.push({
        name: `deliveries one after the other until its pods, ${executors} executors`,
        unit: 'count',
        values: [chain.longest()],
        target: atMost(DELIVERIES_MOST),
      })
    }
    return figures
  },
}
