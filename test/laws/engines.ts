// The in-process engines on one virtual clock, without functions: whatever happens in them was asked for by a test.
import { busEngine } from '../../infra/local/bus/bus-engine.ts'
import type { VirtualClock } from '../../infra/local/clock.ts'
import { profile } from '../../infra/local/profile.ts'
import { dataPlane } from '../../infra/local/stack/data-plane.ts'
import { embeddedKubernetes } from '../../infra/local/stack/embedded-kubernetes.ts'
import { storeEngine } from '../../infra/local/store/store-engine.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { Log, World } from '../../shared/ports.ts'
import { aroundWorld } from '../../shared/around.ts'

const silent: Log = () => undefined

export type Engines = ReturnType<typeof startEngines>

export function startEngines(clock: VirtualClock, project: string) {
  const topics = new Set<string>()
  const store = storeEngine(clock)
  const bus = busEngine({
    clock,
    deliver: async () => undefined,
    retry: () => ({
      minBackoffMs: seconds(1),
      maxBackoffMs: seconds(60),
      ackDeadlineMs: seconds(60),
      retentionMs: minutes(60),
    }),
  })
  const pace = { clock, profile: profile({ speed: 1, random: () => clock.random() }) }
  const data = dataPlane({
    ...pace,
    kubernetes: embeddedKubernetes(pace),
    log: silent,
    busAs: (member) => bus.as(member),
    auditLog: () => undefined,
    autoscalerLog: () => undefined,
  })
  const { gke, network, kubernetes } = data
  const world: World = { project, store, bus, clock, log: silent, gke, network, kubernetes }
  const noted = aroundWorld(world, async ({ port, method, args }, proceed) => {
    if (port === 'bus' && method === 'createTopic') topics.add(String(args[0]))
    return proceed()
  })
  return { world: noted, store, bus, data, topics }
}
