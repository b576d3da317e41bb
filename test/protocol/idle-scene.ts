// A cluster that has been idle for its whole limit, of which nobody but the test tells: the reports are those of an agent
// that looks at the custom resource as it is now, and says of the driver what the test says.
import {
  type ClusterChange,
  clusterChangeRequested,
} from '../../events/cluster-change-requested.ts'
import { clusterFact } from '../../infra/workspace/agent/cluster-fact.ts'
import { countsOf } from '../../infra/workspace/agent/level.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { acceptClusterChange } from '../../shared/runtime/accept-cluster-change.ts'
import { considerIdle } from '../../shared/runtime/idle.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { named } from './gate.ts'
import { CLUSTER, event, type Scene, startScene } from './scene.ts'
import { type Seen, snapshot, uidOf } from './snapshots.ts'

type Activity = NonNullable<Seen['level']['activity']>

export interface Idle {
  readonly scene: Scene
  /** The agent's next report; null = it does not know what the driver works on. */
  report(activity: Partial<Activity> | null, drainSeen?: string): Promise<void>
  /** The same, and the process that took it in dies before it does anything about it. */
  reportOnly(activity: Partial<Activity>, drainSeen?: string): Promise<void>
  /** The custom resource as it is now. */
  resource(): KubernetesObject | undefined
  drain(): string | undefined
}

let running: Scene | undefined

/** Ends the scene before, if there is one. */
export async function stopIdle(): Promise<void> {
  await running?.stop()
  running = undefined
}

export async function startIdle(): Promise<Idle> {
  await stopIdle()
  const scene = await startScene()
  running = scene
  await scene.withWorkspace()
  await scene.accept('cluster-requested')
  await scene.reach(CLUSTER, 'RUNNING')
  const uid = await uidOf(scene)
  scene.deaf.add('pod-ready').add('sweep')
  await scene.clock.advance(minutes(2))
  const began = scene.clock.now()
  let sequence = 0
  const next = (activity: Partial<Activity> | null, drainSeen?: string): Seen => {
    const nothing = { runningJobs: 0, openSessions: 0, lastActiveAt: began }
    const resource = idle.resource()
    const counts = countsOf(resource && clusterFact(resource)?.sessions)
    const known = activity ? { activity: { ...nothing, ...counts, ...activity } } : {}
    const level = { ...known, ...(drainSeen ? { drainSeen } : {}) }
    return snapshot(scene, uid, ++sequence, 10, level)
  }
  const idle: Idle = {
    scene,
    async report(activity, drainSeen) {
      await scene.run(observePods(scene.main.world, CLUSTER, next(activity, drainSeen)))
    },
    async reportOnly(activity, drainSeen) {
      const dying = scene.process()
      dying.gate.hold('after', named('store.commit'))
      void observePods(dying.world, CLUSTER, next(activity, drainSeen))
      await scene.clock.advance(10)
    },
    resource() {
      const [engine] = scene.data.clusters.values()
      return [...(engine?.snapshot('kindling.dev/v1', 'SparkCluster') ?? [])][0]
    },
    drain() {
      const mark = idle.resource()?.spec?.['drain']
      return typeof mark === 'string' ? mark : undefined
    },
  }
  await idle.report({})
  await scene.clock.advance(minutes(61))
  return idle
}

export const ask = ({ scene }: Idle): Promise<unknown> =>
  scene.run(considerIdle(scene.main.world, CLUSTER))

let asked = 0
export async function change({ scene }: Idle, wanted: ClusterChange): Promise<unknown> {
  const id = `r-${++asked}`
  const data = event('cluster-change-requested', id, { change: wanted })
  const intake = takeIn({ id, data }, clusterChangeRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return scene.run(acceptClusterChange(scene.main.world, intake.ref, intake.data))
}
