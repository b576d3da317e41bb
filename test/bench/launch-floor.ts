// How long does a launch take that nobody controls? The same pods, made by a bare client in a pool like the launch's, on the
// same control plane and with the same boot times, until all are ready: the machine's own part of a launch. Each begins
// without nodes, and the two take turns in going first.
import { PoolEntity } from '../../shared/domain/entity.ts'
import { poolsOf } from '../../shared/domain/paths.ts'
import { annotationKeys, labelKeys } from '../../shared/manifests/labels.ts'
import { SCRATCH } from '../../shared/manifests/spark-pod.ts'
import { follow } from '../../infra/local/kubernetes/companions/follow.ts'
import { isTrue, podStatus } from '../../infra/local/kubernetes/pod-shape.ts'
import { WORKSPACE } from '../loop/fixture.ts'
import { type ClusterAccess, clusterAccess } from '../stack/cluster-access.ts'
import { type BareClient, openBareClient, type PodLike } from './bare-client.ts'
import type { Bench } from './bench.ts'
import type { Figure } from './figure.ts'
import { type LaunchBed, openLaunchBed } from './launch-bed.ts'

const REPEATS = 2
const SIZES = [1, 1000] as const
/** Of one size, so that the pods of one fit the other. */
const MACHINES = { kindling: 'e2-standard-8', bare: 'n2-standard-8' } as const
const SPEED = 20
/** Of every node, as people see it. */
const BOOT_MS = 20_000
const LIMIT_MS = 10 * 60_000
const LOOK_MS = 1000
const POD = { apiVersion: 'v1', kind: 'Pod' }

interface Pair {
  readonly executors: number
  readonly kindling: number
  readonly bare: number
}

export const launchFloor: Bench = {
  name: 'launch-floor',
  asks: 'how long would the pods of a launch take without Kindling, until all are ready?',
  async run({ repeats = REPEATS, kubernetes, progress }) {
    const bed = await openLaunchBed(
      { speed: SPEED, bootMs: BOOT_MS * SPEED, kubernetes },
      Object.values(MACHINES),
    )
    const client = await openBareClient(bed.site)
    const access = await clusterAccess(bed.site.stack, bed.site.clock)
    try {
      const like = await executorOf(bed, access)
      const pairs: Pair[] = []
      for (let round = 1; round <= repeats; round++)
        for (const executors of SIZES) {
          const pair = await pairOf({ bed, client, access, like }, executors, round)
          progress(`round ${round}: ${executors}, ${pair.kindling} ms; bare, ${pair.bare} ms`)
          pairs.push(pair)
        }
      return figuresOf(pairs)
    } finally {
      access.close()
      client.close()
      await bed.stop()
    }
  },
}

function figuresOf(pairs: readonly Pair[]): Figure[] {
  const of = (executors: number): Pair[] => pairs.filter((pair) => pair.executors === executors)
  const growth = (who: 'kindling' | 'bare'): number[] =>
    of(1000).map((many, round) => many[who] / (of(1)[round]?.[who] ?? Number.NaN))
  return [
    ...SIZES.flatMap((executors): Figure[] => [
      {
        name: `bare client: ${executors} pods ready`,
        unit: 'ms',
        values: of(executors).map(({ bare }) => bare),
      },
      {
        name: `Kindling: ${executors} executors running`,
        unit: 'ms',
        values: of(executors).map(({ kindling }) => kindling),
      },
      {
        name: `Kindling against bare client, ${executors}`,
        unit: 'x',
        values: of(executors).map(({ kindling, bare }) => kindling / bare),
      },
    ]),
    { name: '1,000 against 1, bare client', unit: 'x', values: growth('bare') },
    { name: '1,000 against 1, Kindling', unit: 'x', values: growth('kindling') },
  ]
}

interface Site {
  readonly bed: LaunchBed
  readonly client: BareClient
  readonly access: ClusterAccess
  /** A pod as the bare client makes it. */
  readonly like: PodLike
}

async function pairOf(site: Site, executors: number, round: number): Promise<Pair> {
  const name = `${round}-${executors}`
  const launch = (): Promise<number> =>
    andGone(site.bed, async () => {
      const machineType = MACHINES.kindling
      const { totalMs } = await site.bed.launch({ cluster: `c${name}`, executors, machineType })
      await site.bed.terminate(`c${name}`)
      return totalMs
    })
  const bare = (): Promise<number> =>
    andGone(site.bed, () => bareMs(site, `bare-${name}`, executors))
  if (round % 2 === 1) return { executors, kindling: await launch(), bare: await bare() }
  return { executors, bare: await bare(), kindling: await launch() }
}

/** Milliseconds until so many pods are ready, each on a node of its own. They are told to go again. */
async function bareMs({ bed, client, access, like }: Site, namespace: string, count: number) {
  const { clock } = bed.site
  const watched = new AbortController()
  const ready = new Set<string>()
  void follow({
    kubernetes: access.kubernetes,
    clock,
    kind: POD,
    signal: watched.signal,
    onSet(pod) {
      const { name, namespace: where } = pod.metadata
      if (where === namespace && isTrue(podStatus(pod), 'Ready')) ready.add(name)
    },
    onGone: () => {},
  })
  try {
    const began = clock.now()
    await client.make(namespace, count, like)
    const isReady = async () => (ready.size === count ? true : undefined)
    await bed.site.until(`${count} pods ready`, isReady, LIMIT_MS)
    return clock.now() - began
  } finally {
    watched.abort()
    await client.remove(namespace)
  }
}

/** What an executor's pod asks of a node and of the API server, in the other pool, without its account. */
async function executorOf(bed: LaunchBed, { kubernetes }: ClusterAccess): Promise<PodLike> {
  const executor = await andGone(bed, async () => {
    await bed.launch({ cluster: 'like', executors: 1, machineType: MACHINES.kindling })
    const labelSelector = `${labelKeys.role}=executor`
    const { items } = await kubernetes.list(POD, { labelSelector })
    await bed.terminate('like')
    return items[0]
  })
  if (!executor) throw new Error('a launch of one has no executor')
  const pool = await poolOf(bed, MACHINES.bare)
  const { containers = [], securityContext = {} } = executor.spec ?? {}
  return {
    annotations: { [annotationKeys.safeToEvict]: 'false' },
    spec: {
      containers,
      securityContext,
      automountServiceAccountToken: false,
      nodeSelector: { [labelKeys.pool]: pool },
      tolerations: [{ key: labelKeys.pool, operator: 'Equal', value: pool, effect: 'NoSchedule' }],
      volumes: SCRATCH.volumes,
    },
  }
}

async function poolOf({ site }: LaunchBed, machineType: string): Promise<string> {
  const documents = await site.stack.reader.list(poolsOf(WORKSPACE))
  const pools = documents.map(({ data }) => PoolEntity.parse(data))
  const found = pools.find(({ spec }) => spec.machineType === machineType)
  if (!found) throw new Error(`there is no pool of ${machineType}`)
  return found.pool
}

async function machinesOf({ site }: LaunchBed): Promise<number> {
  return (await site.stack.resources()).filter((path) => path.includes('/instances/')).length
}

/** Does it, and waits until the autoscaler has taken away the machines that it left. */
async function andGone<Result>(bed: LaunchBed, work: () => Promise<Result>): Promise<Result> {
  const before = await machinesOf(bed)
  const result = await work()
  const isGone = async (): Promise<true | undefined> => {
    await bed.site.clock.sleep(LOOK_MS)
    return (await machinesOf(bed)) <= before ? true : undefined
  }
  await bed.site.until(`${before} machines`, isGone, LIMIT_MS)
  return result
}
