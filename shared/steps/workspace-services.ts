// What Kindling installs once in a workspace's GKE cluster: the custom resource's definition, the agent with its own
// rights, priorities, API fairness, default refusals (R5, R8).
import { minutes } from '../domain/time.ts'
import { agentImage } from '../catalog/runtimes.ts'
import { snapshotTopic } from '../../events/pod-snapshot.ts'
import { isExactly } from '../domain/drift.ts'
import { carries, type Labels, workspaceMark } from '../manifests/labels.ts'
import { repairOf } from '../manifests/object-drift.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import { workspaceServices as objectsOf } from '../manifests/workspace-services.ts'
import type { Kubernetes } from '../ports.ts'
import { gkeCluster } from './gke-cluster.ts'
import { bringTo, deleteOwn, inParallel, isLeaving, refOf } from './kubernetes-objects.ts'
import { type Observed, step, type StepPorts } from './step.ts'

type Input = {
  readonly endpoint: string
  readonly mark: Readonly<Record<string, string>>
  readonly objects: readonly KubernetesObject[]
}
type Output = { readonly objects: number }

/** The definition and the namespace come before what needs them. */
const FIRST = new Set(['CustomResourceDefinition', 'Namespace'])

async function observe(ports: StepPorts, input: Input): Promise<Observed<Output>> {
  const kubernetes = ports.kubernetes(input.endpoint)
  const found = await inParallel(input.objects, (object) => kubernetes.get(refOf(object)))
  const there = found.filter((object) => object !== undefined)
  const foreign = there.find((object) => !carries(input.mark, object.metadata.labels))
  if (foreign) return { is: 'foreign', what: `${foreign.kind} "${foreign.metadata.name}"` }
  if (there.length === 0) return { is: 'absent' }
  if (there.some(isLeaving)) return { is: 'leaving' }
  // A role with a verb more, a policy with a hole: whoever did it, it is put back.
  const isWhole = input.objects.every((object, at) => {
    const now = found[at]
    return now !== undefined && repairOf(object, now) === undefined
  })
  if (!isWhole) return { is: 'partial' }
  return { is: 'present', output: { objects: there.length } }
}

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
  input: ({ subject: { identity, home }, life }, outputs): Input => ({
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
  observe,
  async apply(ports, input: Input) {
    const kubernetes = ports.kubernetes(input.endpoint)
    const first = input.objects.filter(({ kind }) => FIRST.has(kind))
    const rest = input.objects.filter(({ kind }) => !FIRST.has(kind))
    const make = async (object: KubernetesObject): Promise<KubernetesObject> => {
      if (object['roleRef'] !== undefined) await removeMisled(kubernetes, object, input.mark)
      return bringTo(kubernetes, ports.clock, object, input.mark)
    }
    const made = [...(await inParallel(first, make)), ...(await inParallel(rest, make))]
    const areOurs = made.every(
      (object) => carries(input.mark, object.metadata.labels) && !isLeaving(object),
    )
    // What was found and is not ours is told by the next look.
    return areOurs
      ? { is: 'present', output: { objects: made.length } }
      : { is: 'pending', lookIn: 0 }
  },
  async undo(ports, input) {
    const kubernetes = ports.kubernetes(input.endpoint)
    const found = await inParallel(input.objects.toReversed(), (object) =>
      kubernetes.get(refOf(object)),
    )
    const ours = found.filter((object) => object && carries(input.mark, object.metadata.labels))
    await inParallel(ours, async (object) => object && deleteOwn(kubernetes, object))
    return {}
  },
})
