// The limit: a namespace and N pods made by a bare client, on the same API server that a launch of N has just used. What a
// launch takes longer is what Kindling adds.
import { openBareClient, type PodLike } from './bare-client.ts'
import type { Bench } from './bench.ts'
import { atMost, type Figure } from './figure.ts'
import { type LaunchBed, openLaunchBed } from './launch-bed.ts'

const REPEATS = 3
const MANY = 1000
const MACHINE = 'n2-standard-8'
/** As people see it: no node comes before the last pod is made, as in life. What nodes ask of the server is not measured here. */
const BOOT_MS = 20_000
const SPEED = 20

export const ceiling: Bench = {
  name: 'ceiling',
  asks: 'how fast could the pods of a launch be made at all?',
  async run({ repeats = REPEATS, kubernetes, progress }) {
    const bed = await openLaunchBed({ speed: SPEED, bootMs: BOOT_MS * SPEED, kubernetes }, [
      MACHINE,
    ])
    try {
      const rounds = []
      for (let round = 1; round <= repeats; round++) {
        progress(`round ${round}`)
        const one = await podsMs(bed, `c${round}-one`, 1)
        const many = await podsMs(bed, `c${round}-many`, MANY)
        rounds.push({ one, many, bare: await bareMs(bed, `bare-${round}`) })
      }
      return figuresOf(rounds)
    } finally {
      await bed.stop()
    }
  },
}

function figuresOf(
  rounds: readonly { readonly one: number; readonly many: number; readonly bare: number }[],
): Figure[] {
  return [
    {
      name: `bare client: namespace and ${MANY} pods`,
      unit: 'ms',
      values: rounds.map(({ bare }) => bare),
    },
    {
      name: `Kindling: request to last of ${MANY} pods`,
      unit: 'ms',
      values: rounds.map(({ many }) => many),
    },
    {
      name: 'Kindling against bare client',
      unit: 'x',
      values: rounds.map(({ many, bare }) => many / bare),
    },
    {
      name: 'one executor more',
      unit: 'ms',
      values: rounds.map(({ one, many }) => (many - one) / (MANY - 1)),
      target: atMost(10),
    },
  ]
}

async function podsMs(bed: LaunchBed, cluster: string, executors: number): Promise<number> {
  const { podsCreatedMs } = await bed.launch({ cluster, executors, machineType: MACHINE })
  await bed.terminate(cluster)
  return podsCreatedMs
}

/** Removes what it has made. */
async function bareMs({ site }: LaunchBed, namespace: string): Promise<number> {
  const client = await openBareClient(site)
  try {
    const began = site.clock.now()
    await client.make(namespace, MANY, nowhere())
    return site.clock.now() - began
  } finally {
    await client.remove(namespace)
    client.close()
  }
}

/** As large as an executor's on the wire; no node takes it, so that none is made for it. */
function nowhere(): PodLike {
  const env = Array.from({ length: 12 }, (_, each) => ({
    name: `SPARK_SETTING_${each}`,
    value: 'x'.repeat(60),
  }))
  return {
    spec: {
      automountServiceAccountToken: false,
      nodeSelector: { 'kindling.dev/bench': 'nowhere' },
      containers: [{ name: 'worker', image: 'none', env }],
    },
  }
}
