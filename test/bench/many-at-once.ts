// Many launches at the same moment: does one wait for the others?
import { ClusterEntity } from '../../shared/domain/entity.ts'
import { clustersOf } from '../../shared/domain/paths.ts'
import { event, WORKSPACE } from '../loop/fixture.ts'
import type { Bench } from './bench.ts'
import { atMost, type Figure, summary } from './figure.ts'
import { DRIVER, type LaunchBed, openLaunchBed } from './launch-bed.ts'

const CLUSTERS = 100
const EXECUTORS = 10
const MACHINES = { small: 'n2-standard-8', large: 'e2-standard-8', crowd: 'n2-highmem-8' } as const
const LIMIT_MS = 5 * 60_000
/** Seldom: each look reads all of them, on the cores that they are launched with. */
const LOOK_MS = 1000

export const manyAtOnce: Bench = {
  name: 'many-at-once',
  asks: '100 launches of 10 at once, and one of 10 beside one of 1,000: who waits for whom?',
  async run({ kubernetes, progress }) {
    const bed = await openLaunchBed(
      { speed: 20, bootMs: 20 * 20_000, kubernetes },
      Object.values(MACHINES),
    )
    try {
      progress('a small launch alone')
      const small = { executors: EXECUTORS, machineType: MACHINES.small }
      const alone = await bed.launch({ cluster: 'alone', ...small })
      await bed.terminate('alone')
      progress('a small launch beside one of 1,000')
      const large = bed.launch({ cluster: 'large', executors: 1000, machineType: MACHINES.large })
      // It has begun to make its pods.
      await bed.site.clock.sleep(500)
      const beside = await bed.launch({ cluster: 'beside', ...small })
      await large
      await Promise.all([bed.terminate('large'), bed.terminate('beside')])
      progress(`${CLUSTERS} launches at once`)
      return [
        ...figuresOf(await allAtOnce(bed)),
        { name: `${EXECUTORS} executors alone`, unit: 'ms', values: [alone.totalMs] },
        {
          name: `${EXECUTORS} executors beside 1,000, against alone`,
          unit: 'x',
          values: [beside.totalMs / alone.totalMs],
        },
      ]
    } finally {
      await bed.stop()
    }
  },
}

/** Milliseconds from the first request to RUNNING, of each. */
async function allAtOnce({ site }: LaunchBed): Promise<number[]> {
  const { stack, clock } = site
  const names = Array.from({ length: CLUSTERS }, (_, at) => `many-${at}`)
  const executors = { count: EXECUTORS, machineType: MACHINES.crowd }
  const requestedAt = clock.now()
  await Promise.all(
    names.map((cluster) => {
      const data = { cluster, driver: { machineType: DRIVER }, executors }
      return stack.publish('cluster-requested', event('cluster-requested', cluster, data))
    }),
  )
  const times = async (): Promise<number[] | undefined> => {
    await clock.sleep(LOOK_MS)
    const documents = await stack.reader.list(clustersOf(WORKSPACE))
    const found = documents.map(({ data }) => ClusterEntity.parse(data))
    const ours = found.filter(
      ({ cluster, state }) => names.includes(cluster) && state === 'RUNNING',
    )
    if (ours.length < CLUSTERS) return undefined
    return ours.map(({ changedAt }) => changedAt - requestedAt)
  }
  return await site.until(`${CLUSTERS} clusters`, times, LIMIT_MS)
}

function figuresOf(times: readonly number[]): Figure[] {
  const { median, max } = summary(times)
  return [
    { name: `each of ${CLUSTERS} at once`, unit: 'ms', values: times },
    {
      name: 'the slowest against the median',
      unit: 'x',
      values: [max / median],
      target: atMost(2),
    },
  ]
}
