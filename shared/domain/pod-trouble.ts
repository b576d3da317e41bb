// What stands in the way of a cluster's pods, from the agent's snapshot and the autoscaler's log: told at once as the
// reason of a state, and after a patience the reason to give a launch up. Pure.
import type { Reason } from '../../events/lifecycle.ts'
import type { PodLevel } from '../../events/pod-snapshot.ts'
import { DRIVER_POD_PREFIX } from './names.ts'
import { reasonOf } from './reasons/reason.ts'
import { blockReason } from './scale-up-block.ts'
import { levelOfThisStart, type Situation } from './situation.ts'
import { minutes } from './time.ts'

type PodFailure = PodLevel['failures'][number]

/** A pod that fails in the same way for so long will not start by waiting: registries and nodes recover sooner. */
export const POD_PATIENCE = minutes(5)
/** Restarts after which a container is not expected to stay up: Kubernetes needs about three minutes for them. */
export const CRASHES = 4

const isDriver = ({ pod }: PodFailure): boolean => pod.startsWith(DRIVER_POD_PREFIX)

/** Why pods that cannot start keep the cluster from running, if they do. */
function failureInTheWay(level: PodLevel): PodFailure | undefined {
  if (level.driver === 'failed') return level.failures.find(isDriver) ?? level.failures[0]
  const { ready, failed, total } = level.executors
  const areAllFailing = ready === 0 && failed > 0 && failed >= total
  return areAllFailing ? level.failures.find((failure) => !isDriver(failure)) : undefined
}

/** What a failing pod amounts to; undefined for what Kindling mends by making the pod again. */
export function podReason(failure: PodFailure): Reason | undefined {
  const text = failure.message === '' ? failure.reason : failure.message
  const restarts = failure.restarts === undefined ? undefined : String(failure.restarts)
  switch (failure.reason) {
    case 'ImagePullBackOff':
    case 'ErrImagePull':
    case 'InvalidImageName':
      return imageReason(text)
    case 'CrashLoopBackOff':
      return isDriver(failure) && text.includes('OOMKilled')
        ? reasonOf('DRIVER_OUT_OF_MEMORY', { restarts, failure: text })
        : reasonOf('SPARK_STARTUP_FAILURE', { restarts, failure: text })
    case 'CreateContainerConfigError':
    case 'CreateContainerError':
    case 'RunContainerError':
      return reasonOf('CONTAINER_LAUNCH_FAILURE', { failure: text })
    default:
      return undefined
  }
}

function imageReason(failure: string): Reason {
  if (/\b40[13]\b|denied|forbidden|unauthorized/i.test(failure))
    return reasonOf('IMAGE_PULL_PERMISSION_DENIED', { failure })
  if (/not found|notfound|manifest unknown|invalid reference/i.test(failure))
    return reasonOf('SPARK_IMAGE_NOT_FOUND', { failure })
  return reasonOf('SPARK_IMAGE_DOWNLOAD_FAILURE', { failure })
}

/** What keeps a cluster from running, as far as it is known now: nodes that do not come, pods that do not start. */
export function troubleOf(situation: Situation): Reason | undefined {
  const level = levelOfThisStart(situation)
  const failure = level && failureInTheWay(level)
  return (failure && podReason(failure)) ?? blockReason(situation) ?? stuckReason(level)
}

/** The autoscaler's log may be lost or off: then pods that wait for long tell as much as can be known. */
function stuckReason(level: PodLevel | undefined): Reason | undefined {
  const stuck = level?.failures.find(({ reason }) => reason === 'Unschedulable')
  return stuck && reasonOf('K8S_AUTOSCALING_FAILURE', { gcp_error_message: stuck.message })
}

/** Why a launch will not come to run, once patience is over: given up then, and not only at the launch limit. */
export function launchFailure(situation: Situation): Reason | undefined {
  const { observation, now } = situation
  const level = levelOfThisStart(situation)
  const failure = level && failureInTheWay(level)
  if (!observation || !failure) return undefined
  // Each part by one clock: the pods' and the agent's is the cluster's, the rest is the store's.
  const age = observation.observedAt - failure.at + (now - observation.receivedAt)
  const isCrashing = failure.reason === 'CrashLoopBackOff' && (failure.restarts ?? 0) >= CRASHES
  return isCrashing || age >= POD_PATIENCE ? podReason(failure) : undefined
}

export interface Shortfall {
  readonly isDriverReady: boolean
  readonly requested: number
  readonly ready: number
  readonly isSpot: boolean
}

/** Reasons that the kubelet and the node controller give pods of a node that Google took away. */
const NODE_LOST = /^(Terminated|NodeShutdown|Shutdown|NodeLost|Preempting|Preempted)$/

/** Why a cluster that runs is not whole. */
export function shortfallReason(situation: Situation, shortfall: Shortfall): Reason {
  const { isDriverReady, isSpot } = shortfall
  const newest = levelOfThisStart(situation)?.failures[0]
  const newest_failure = newest?.message ?? blockReason(situation)?.message
  if (!isDriverReady) return reasonOf('DRIVER_UNAVAILABLE', { newest_failure })
  const requested = String(shortfall.requested)
  const missing = String(shortfall.requested - shortfall.ready)
  if (newest && NODE_LOST.test(newest.reason)) {
    const code = isSpot ? 'SPOT_INSTANCE_TERMINATION' : 'CLOUD_PROVIDER_SHUTDOWN'
    return reasonOf(code, { missing, requested })
  }
  if (newest && `${newest.reason} ${newest.message}`.includes('OOMKilled'))
    return reasonOf('EXECUTOR_OUT_OF_MEMORY', { missing, requested, newest_failure })
  return reasonOf('EXECUTOR_POD_UNSCHEDULED', { missing, requested, newest_failure })
}
