// What Kindling installs once in a workspace's GKE cluster: the custom resource's definition, the agent with its own
// rights, priorities, API fairness, default refusals (R5, R8).
import { minutes } from '../domain/time.ts'
import { agentImage } from '../catalog/runtimes.ts'
import { snapshotTopic } from '../../events/pod-snapshot.ts'
import { isExactly } from '../domain/drift.ts'
import { carries, type Labels, workspaceMark } from '../manifests/labels.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import { workspaceServices as objectsOf } from '../manifests/workspace-services.ts'
import type { Kubernetes } from '../ports.ts'
import { gkeCluster } from './gke-cluster.ts'
import { deleteOwn, refOf } from './kubernetes-objects.ts'
import { type MarkedObjects, makeObjects, observeObjects, removeObjects } from './marked-objects.ts'
import { step } from './step.ts'

/** Which role a binding gives cannot be changed: one of ours that gives another goes, and is made again. */
async function removeMisled(
  kubernetes: Kubernetes,
  wanted: KubernetesObject,
  mark: Labels,
): Promise<void> {
  const found = await kubernetes.get(refOf(wanted))
  if (!found || !carries(mark, found.metadata.labels)) return
  if (!isExactly(wanted['roleRef'], found['roleRef'])) await deleteOwn(kubernetes, found)
}

export const workspaceServices = step({
  name: 'workspace-services',
  title: 'Agent and services in the GKE cluster',
  kind: 'workspace',
  lane: 'kubernetes',
  attempts: 8,
  timeoutMs: minutes(20),
  isIn: ({ asleep }) => asleep !== true,
  after: { gkeCluster },
  input: ({ subject: { identity, home }, life }, outputs): MarkedObjects => ({
    endpoint: outputs.gkeCluster.endpoint,
    mark: workspaceMark(identity, life),
    objects: objectsOf({
      ...identity,
      life,
      agentImage: agentImage(identity.region),
      topic: snapshotTopic(identity.account, identity.workspace),
      project: home,
    }),
  }),
  observe: observeObjects,
  apply: (ports, input: MarkedObjects) =>
    makeObjects(ports, input, async (kubernetes, object) => {
      if (object['roleRef'] !== undefined) await removeMisled(kubernetes, object, input.mark)
    }),
  undo: removeObjects,
})
