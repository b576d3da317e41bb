// What the faults of the simulated cloud do inside a GKE cluster: to its pods, to calls from outside, to its agent.
import { CallError } from '../../../shared/call-error.ts'
import { seconds } from '../../../shared/domain/time.ts'
import { labelKeys } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Bus } from '../../../shared/ports.ts'
import { type FaultBoard, isMeant } from '../google-cloud/faults/fault-board.ts'
import type { CallHook } from '../kubernetes/call-gate.ts'
import type { PodFailure } from '../kubernetes/companions/kubelet.ts'
import type { KubernetesEngine } from '../kubernetes/engine.ts'
import { podSpec } from '../kubernetes/pod-shape.ts'

interface Place {
  readonly path: string
  readonly name: string
}

type Meant = { readonly cluster?: string | undefined }
const isIn =
  ({ path, name }: Place) =>
  (fault: Meant): boolean =>
    isMeant(fault.cluster, path, name)

/** What befalls a pod that would start. */
export function podFailure(faults: FaultBoard): (pod: KubernetesObject) => PodFailure | undefined {
  return (pod) => {
    const { namespace, labels } = pod.metadata
    const { containers, initContainers = [] } = podSpec(pod)
    const images = [...initContainers, ...containers].map(({ image = '' }) => image)
    const isPod = (fault: { namespace?: string | undefined; role?: string | undefined }): boolean =>
      isMeant(fault.namespace, namespace) && isMeant(fault.role, labels?.[labelKeys.role])

    const missing = faults.strike('image-pull', ({ image }) =>
      image === undefined
        ? labels?.[labelKeys.role] !== undefined
        : images.some((each) => each.includes(image)),
    )
    if (missing) {
      const image = images.find((each) => each.includes(missing.image ?? '')) ?? ''
      const message = missing.message ?? `Back-off pulling image "${image}": not found`
      return { reason: missing.reason, message }
    }
    // Agents and the like are nobody's driver or executor: they are meant only where a namespace says so.
    const isOurs = (fault: {
      namespace?: string | undefined
      role?: string | undefined
    }): boolean =>
      isPod(fault) && (fault.namespace !== undefined || labels?.[labelKeys.role] !== undefined)
    const crashing = faults.strike('crash-loop', isOurs)
    if (crashing) {
      const { exitCode, message = 'back-off restarting failed container' } = crashing
      return { reason: 'CrashLoopBackOff', message, exitCode }
    }
    const failing = faults.strike('pod-fails', isOurs)
    return (
      failing && { reason: failing.reason, message: failing.message ?? `fault: ${failing.reason}` }
    )
  }
}

/** Whether a call comes from within the cluster, where nothing is between it and the API server. */
const isInside = (user: string): boolean => user.startsWith('system:')

/** Refuses calls of those outside. */
export function endpointFaults(faults: FaultBoard, place: Place): CallHook {
  return ({ user, verb, kind }) => {
    if (isInside(user)) return
    if (faults.strike('kubernetes-unreachable', isIn(place)))
      throw new CallError('unavailable', `${verb} ${kind}: ${place.path} does not answer`)
    const tooMany = faults.strike('kubernetes-rate-limit', isIn(place))
    if (!tooMany) return
    throw new CallError('rate', `${verb} ${kind}: too many requests, please try again later`, {
      retryAfterMs: seconds(tooMany.retryAfter),
    })
  }
}

/** Keeps the engine's quota conflicts as the faults say; answers a function that ends it. */
export function followQuotaConflicts(
  faults: FaultBoard,
  place: Place,
  engine: Pick<KubernetesEngine, 'setQuotaConflicts'>,
): () => void {
  const apply = (): void => engine.setQuotaConflicts(faults.all('quota-conflict').find(isIn(place)))
  const forget = faults.onChange(apply)
  apply()
  return forget
}

/** The bus as an agent meets it whose words may not arrive. */
export function agentBus(bus: Bus, faults: FaultBoard, place: Place): Bus {
  return {
    ...bus,
    async publish(topic, message) {
      if (faults.strike('agent-silent', isIn(place)))
        throw new CallError('unavailable', `${topic} does not answer`)
      return await bus.publish(topic, message)
    },
  }
}
