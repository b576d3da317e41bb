// The driver pod: made while its node does not exist yet, so that the autoscaler sees it together with all executors (R11).
import { minutes } from '../domain/time.ts'
import { driverPod } from '../manifests/driver-pod.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import { createOrGet, deleteOwn, isLeaving, refOf } from './kubernetes-objects.ts'
import { imageOf, namespace } from './namespace.ts'
import { sparkSize } from './spark-size.ts'
import { type Observed, step, type StepPorts } from './step.ts'

type Input = { readonly endpoint: string; readonly owner: string; readonly pod: KubernetesObject }
type Output = { readonly pod: string; readonly uid: string }

function isOurs(owner: string, pod: KubernetesObject): boolean {
  return pod.metadata.ownerReferences?.some(({ uid }) => uid === owner) ?? false
}

function outputOf(pod: KubernetesObject): Output {
  return { pod: pod.metadata.name, uid: pod.metadata.uid ?? '' }
}

async function observe(ports: StepPorts, input: Input): Promise<Observed<Output>> {
  const found = await ports.kubernetes(input.endpoint).get(refOf(input.pod))
  if (!found) return { is: 'absent' }
  if (!isOurs(input.owner, found)) return { is: 'foreign', what: `pod "${found.metadata.name}"` }
  if (isLeaving(found)) return { is: 'leaving' }
  return { is: 'present', output: outputOf(found) }
}

export const driver = step({
  name: 'driver',
  title: 'Driver pod',
  kind: 'cluster',
  lane: 'kubernetes',
  attempts: 8,
  timeoutMs: minutes(20),
  isQuiet: true,
  after: { namespace },
  input: ({ subject, life }, outputs): Input => {
    const { identity, cluster, spec, pools, zone } = subject
    const { uid, name } = outputs.namespace
    const pod = driverPod({
      ...identity,
      cluster,
      namespace: outputs.namespace.namespace,
      life,
      owner: { name, uid },
      image: imageOf(subject),
      pool: pools.driver,
      ...(zone === undefined ? {} : { zone }),
      size: sparkSize(spec.driver.machineType, 'driver'),
      executorSize: sparkSize(spec.executors.machineType, 'executor'),
    })
    return { endpoint: subject.endpoint, owner: uid, pod }
  },
  observe,
  async apply(ports, input: Input) {
    const made = await createOrGet(ports.kubernetes(input.endpoint), ports.clock, input.pod)
    if (!isOurs(input.owner, made) || isLeaving(made)) return { is: 'pending', lookIn: 0 }
    return { is: 'present', output: outputOf(made) }
  },
  async undo(ports, input) {
    const kubernetes = ports.kubernetes(input.endpoint)
    const found = await kubernetes.get(refOf(input.pod))
    if (found && isOurs(input.owner, found)) await deleteOwn(kubernetes, found)
    return {}
  },
})
