// The nodes that a workspace keeps ready for its next launches: placeholder pods, as many as the budget allows by the list
// prices of today. What there is of them is for the autoscaler to bring and for the agent to see; made is: asked for.
import { ratesOf } from '../catalog/rates.ts'
import { runtimeImage, runtimes } from '../catalog/runtimes.ts'
import type { SubjectOf } from '../domain/plan.ts'
import { poolOf } from '../domain/pool.ts'
import { minutes } from '../domain/time.ts'
import { keptWarm } from '../domain/warm-nodes.ts'
import { workspaceMark } from '../manifests/labels.ts'
import { warmObjects, type WarmShape } from '../manifests/warm-nodes.ts'
import { gkeCluster } from './gke-cluster.ts'
import { type MarkedObjects, makeObjects, observeObjects, removeObjects } from './marked-objects.ts'
import { sparkSize } from './spark-size.ts'
import { step } from './step.ts'
import { workspaceServices } from './workspace-services.ts'

/** One of a shape that the budget no longer allows stays, with no pods. */
function shapesOf({ identity, spec }: SubjectOf<'workspace'>): WarmShape[] {
  if (!spec.warm) return []
  return keptWarm(spec.warm, ratesOf(identity.region)).map(({ machineType, zone, count }) => ({
    machineType,
    zone,
    count,
    pool: poolOf({ machineType, spot: false }),
    size: sparkSize(machineType, 'executor', undefined),
  }))
}

/** Newest first: what most clusters are made with. */
function imageOf(region: string): string {
  const [newest] = runtimes
  if (!newest) throw new Error('the catalogue has runtimes')
  return runtimeImage(newest, region)
}

export const warmNodes = step({
  name: 'warm-nodes',
  title: 'Warm nodes',
  kind: 'workspace',
  lane: 'kubernetes',
  attempts: 8,
  timeoutMs: minutes(20),
  isIn: ({ asleep, spec }) => asleep !== true && spec.warm !== undefined,
  // The priority of its pods comes with the services.
  after: { gkeCluster, workspaceServices },
  input: ({ subject, life }, outputs): MarkedObjects => ({
    endpoint: outputs.gkeCluster.endpoint,
    mark: workspaceMark(subject.identity, life),
    objects: warmObjects({
      ...subject.identity,
      life,
      image: imageOf(subject.identity.region),
      shapes: shapesOf(subject),
    }),
  }),
  observe: observeObjects,
  apply: (ports, input: MarkedObjects) => makeObjects(ports, input),
  undo: removeObjects,
})
