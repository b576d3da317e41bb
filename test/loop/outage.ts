// A steady load of launches and ends, with one service away for a while in its midst: what is called meanwhile, and when
// everything that was asked for has been done. On a virtual clock, so counted and never timed. For the test and the bench.
import { virtualClock } from '../../infra/local/clock.ts'
import { aroundWorld, type Hook } from '../../shared/around.ts'
import { CallError } from '../../shared/call-error.ts'
import { ClusterEntity } from '../../shared/domain/entity.ts'
import { clustersOf } from '../../shared/domain/paths.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { askForWorkspace } from './whole.ts'

export const services = ['kubernetes', 'gke', 'firestore', 'pubsub'] as const
export type Service = (typeof services)[number]

const OUTAGE = minutes(5)
/** All is to be done by then after the outage, while the load goes on. */
export const DRAIN = 2 * OUTAGE
const BEFORE = minutes(5)
const EVERY = seconds(30)
/** A cluster that runs is ended when it was asked for so long ago. */
const WANTED = minutes(5)
/** What was asked for last needs this long. */
const LAUNCH = minutes(5)

export interface Outcome {
  /** Calls that reached each service, in vain or not, in the outage and the drain. */
  readonly calls: Readonly<Record<Service, number>>
  /** Milliseconds from the end of the outage until all that was asked for by then was done; undefined if it never was. */
  readonly drainedMs: number | undefined
  /** What is not as it was asked for at the end, or was for a while. */
  readonly failed: readonly string[]
}

/** A shape for each cluster, so that each makes a node pool. */
const MACHINES = ['n1', 'n2', 'n2d', 'n4', 'c2d'].flatMap((family) =>
  ['standard', 'highmem'].flatMap((kind) =>
    [4, 8, 16, 32].map((cpus) => `${family}-${kind}-${cpus}`),
  ),
)

/** `away`: nothing is, without it. `seed`: of chance and of the cloud's own times. */
export async function underLoad(away?: Service, seed = 1): Promise<Outcome> {
  const clock = virtualClock(seed)
  const gone = { from: Infinity, until: Infinity }
  const isAway = (service?: Service): boolean =>
    service === away && clock.now() >= gone.from && clock.now() < gone.until
  const calls = { kubernetes: 0, gke: 0, firestore: 0, pubsub: 0 }
  const loop = await startLoop(
    {
      wrapServices: (world) => aroundWorld(world, outage(calls, isAway)),
      // What was published before is not delivered meanwhile.
      busKnobs: { delayMs: () => (isAway('pubsub') ? gone.until - clock.now() : 0) },
    },
    seed,
    clock,
  )
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  const load = steadyLoad(loop)
  await load.goOn(BEFORE)
  for (const service of services) calls[service] = 0
  gone.from = clock.now()
  gone.until = clock.now() + OUTAGE
  if (away === 'pubsub') await loop.stack.faults.set('agent-silent', {})
  await load.goOn(OUTAGE)
  await loop.stack.faults.clear()
  const drain = load.whenDone()
  await load.goOn(DRAIN)
  const counted = { ...calls }
  await load.rest(LAUNCH)
  const failed = await load.failed()
  await loop.stop()
  return { calls: counted, drainedMs: drain.ms(), failed }
}

const SERVICES: Readonly<Record<string, Service>> = {
  kubernetes: 'kubernetes',
  gke: 'gke',
  store: 'firestore',
  bus: 'pubsub',
}
/** Of a read, and of a message: so often their clients try by themselves before they say that nobody answers. */
const TRIES = 3

function outage(calls: Record<Service, number>, isAway: (service: Service) => boolean): Hook {
  return async ({ port, method }, proceed) => {
    const service = SERVICES[port]
    if (!service) return await proceed()
    const isRepeated = service === 'pubsub' || (service === 'firestore' && !isMutation(method))
    const isGone = isAway(service)
    calls[service] += isGone && isRepeated ? TRIES : 1
    if (isGone) throw new CallError('unavailable', `${port}.${method}: nobody answers`)
    return await proceed()
  }
}

interface Asked {
  readonly cluster: string
  readonly at: number
  isEnded: boolean
}

function steadyLoad({ clock, stack }: Loop) {
  const asked: Asked[] = []
  const publish = (topic: string, data: Record<string, unknown>, id: string): Promise<string> =>
    stack.publish(topic, event(topic, id, data))

  async function ask(): Promise<void> {
    const cluster = `load-${asked.length}`
    const machineType = MACHINES[asked.length % MACHINES.length]
    asked.push({ cluster, at: clock.now(), isEnded: false })
    const wanted = {
      cluster,
      driver: { machineType: 'n2-standard-4' },
      executors: { count: 3, machineType },
    }
    await publish('cluster-requested', wanted, cluster)
  }

  async function endOld(): Promise<void> {
    const now = await clusters()
    for (const each of asked) {
      const isOld = each.at + WANTED <= clock.now() && now.get(each.cluster)?.state === 'RUNNING'
      if (each.isEnded || !isOld) continue
      each.isEnded = true
      const { cluster } = each
      await publish(
        'cluster-change-requested',
        { cluster, change: { action: 'terminate' } },
        `${cluster}-end`,
      )
    }
  }

  async function clusters(): Promise<ReadonlyMap<string, ClusterEntity>> {
    const documents = await stack.store.list(clustersOf(WORKSPACE))
    return new Map(
      documents.map(({ data }) => [String(data['cluster']), ClusterEntity.parse(data)]),
    )
  }

  const watching: (() => Promise<void>)[] = []
  async function pass(): Promise<void> {
    for (let rest = EVERY; rest > 0; rest -= seconds(5)) {
      await clock.advance(seconds(5))
      for (const look of watching) await look()
    }
  }

  return {
    async goOn(ms: number): Promise<void> {
      for (const until = clock.now() + ms; clock.now() < until; await pass()) {
        await ask()
        await endOld()
      }
    },
    /** Nothing more is asked for. */
    async rest(ms: number): Promise<void> {
      for (const until = clock.now() + ms; clock.now() < until;) await pass()
    },
    /** Tells how long from now it took until all that has been asked for by now was done. */
    whenDone(): { ms(): number | undefined } {
      const begun = clock.now()
      const goals = new Map(asked.map(({ cluster, isEnded }) => [cluster, isEnded]))
      let took: number | undefined
      watching.push(async () => {
        for (const [cluster, { state }] of await clusters()) {
          const isReached = state === 'TERMINATED' || (state === 'RUNNING' && !goals.get(cluster))
          if (isReached) goals.delete(cluster)
        }
        if (goals.size === 0) took ??= clock.now() - begun
      })
      return { ms: () => took }
    },
    async failed(): Promise<string[]> {
      const now = await clusters()
      return asked.flatMap(({ cluster, isEnded }) => {
        const found = now.get(cluster)
        const code = found && 'reason' in found ? found.reason?.code : undefined
        const isRight = isEnded
          ? found?.state === 'TERMINATED' && code === 'USER_REQUEST'
          : found?.state === 'RUNNING'
        return isRight ? [] : [`${cluster}: ${found?.state} ${code ?? ''}`]
      })
    },
  }
}
