// Codes for ends that were asked for, and for launches that Kindling gives up.
import type { TerminationEntry } from './reason-code.ts'

export const endingCodes = {
  USER_REQUEST: {
    type: 'SUCCESS',
    when: 'a user asked for its end',
    message: '{action} was asked for',
    mend: 'start it again, or request it again if it was deleted',
    again: 'yes',
  },
  WORKSPACE_CANCELLED_ERROR: {
    type: 'CLIENT_ERROR',
    when: 'its workspace is going, for good or because it could not be made',
    message: 'its workspace is being taken down',
    mend: 'request the workspace again, then the cluster',
    again: 'no',
  },
  INACTIVITY: {
    type: 'SUCCESS',
    when: 'nothing ran and no session was open for as long as the cluster allows',
    message: 'no work for {inactivity_duration_min} minutes',
    mend: 'request the cluster again to start it; autoterminationMinutes 0 keeps it running',
    again: 'yes',
  },
  WORKSPACE_WAKING: {
    type: 'SUCCESS',
    when: 'a launch waits for its workspace, which hibernated and is being woken',
    message: 'its workspace is being woken; that takes about {expected_wait_min} minutes',
    mend: 'nothing is to be done: the launch goes on by itself',
    again: 'yes',
    own: true,
  },
  POOL_UNUSED: {
    type: 'SUCCESS',
    when: 'no cluster used a node pool for as long as its workspace keeps one, or others were used later and there are too many',
    message: 'no cluster has used it since {unused_since}',
    mend: 'nothing is to be done: the next cluster of its shape makes it again',
    again: 'yes',
    own: true,
  },
  WORKSPACE_CONFIGURATION_ERROR: {
    type: 'CLIENT_ERROR',
    when: 'the workspace that the cluster waits for has failed or is gone',
    message: 'its workspace is {workspace_state}',
    mend: 'request the workspace again, then the cluster',
    again: 'no',
  },
  INVALID_SPARK_IMAGE: {
    type: 'CLIENT_ERROR',
    when: 'the runtime was withdrawn after the request was accepted',
    message: 'there is no runtime "{runtime}"',
    mend: 'request the cluster with a runtime of the catalogue',
    again: 'no',
  },
  UNSUPPORTED_INSTANCE_TYPE: {
    type: 'CLIENT_ERROR',
    when: 'the machine type was withdrawn after the request was accepted',
    message: 'no Spark {role} runs on "{machine_type}": {why}',
    mend: 'request the cluster with another machine type',
    again: 'no',
  },
  CLUSTER_OPERATION_TIMEOUT: {
    type: 'SERVICE_FAULT',
    when: 'a step was not done within its time',
    message:
      '{step} was not done within {timeout_min} minutes[; the newest failure: {newest_failure}]',
    mend: 'ask again; the newest failure tells what stood in the way',
    again: 'yes',
  },
  UNEXPECTED_LAUNCH_FAILURE: {
    type: 'SERVICE_FAULT',
    when: 'a step failed as often as it may, for no reason that Kindling knows',
    message: '{step} failed {failures} times; the last time: {newest_failure}',
    mend: 'ask again; if it stays so, report the message',
    again: 'yes',
  },
  K8S_DBR_CLUSTER_LAUNCH_TIMEOUT: {
    type: 'SERVICE_FAULT',
    when: 'a cluster did not run within the launch limit, and nothing says why',
    message: 'not running {timeout_min} minutes after its launch began',
    mend: 'ask again',
    again: 'yes',
  },
  UNKNOWN: {
    type: 'SERVICE_FAULT',
    when: 'something was taken down and nobody said why: a fault of Kindling',
    message: 'taken down without a reason',
    mend: 'ask again, and report it',
    again: 'yes',
  },
} as const satisfies Record<string, TerminationEntry>
