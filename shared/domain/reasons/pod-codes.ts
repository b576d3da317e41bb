// Codes for what happens to the pods of a Spark cluster.
import type { TerminationEntry } from './reason-code.ts'

export const podCodes = {
  SPARK_IMAGE_NOT_FOUND: {
    type: 'SERVICE_FAULT',
    when: "the runtime's image is not in its registry",
    message: "the runtime's image is not there: {failure}",
    mend: 'request the cluster with another runtime of the catalogue',
    again: 'no',
  },
  IMAGE_PULL_PERMISSION_DENIED: {
    type: 'CLIENT_ERROR',
    when: "the nodes' service account may not read the runtime's image",
    message: "the nodes may not pull the runtime's image: {failure}",
    mend: "grant the workspace's node service account the role Artifact Registry Reader",
    again: 'no',
  },
  SPARK_IMAGE_DOWNLOAD_FAILURE: {
    type: 'SERVICE_FAULT',
    when: "the nodes cannot pull the runtime's image",
    message: "the runtime's image cannot be pulled: {failure}",
    mend: 'ask again later; if it stays so, see whether the network reaches the registry',
    again: 'later',
  },
  CONTAINER_LAUNCH_FAILURE: {
    type: 'SERVICE_FAULT',
    when: "a pod's container cannot be made or started by its node",
    message: 'a container cannot be started: {failure}',
    mend: 'ask again; if it stays so, try another runtime of the catalogue',
    again: 'yes',
  },
  SPARK_STARTUP_FAILURE: {
    type: 'SERVICE_FAULT',
    when: 'Spark starts and ends, again and again',
    message: 'Spark does not stay up[ after {restarts} restarts]: {failure}',
    mend: 'check sparkConf for settings that Spark refuses; otherwise try another runtime',
    again: 'no',
  },
  DRIVER_UNREACHABLE: {
    type: 'SERVICE_FAULT',
    when: 'the driver runs and does not say what it works on',
    message: 'the driver has not said for {minutes} minutes what it works on',
    mend: 'see whether your sessions answer; if they do not, restart the cluster. It is not ended as idle meanwhile',
    again: 'yes',
  },
  DRIVER_OUT_OF_MEMORY: {
    type: 'CLIENT_ERROR',
    when: 'the driver needs more memory than its machine has',
    message: 'the driver ran out of memory[ {restarts} times]: {failure}',
    mend: 'choose a machine type with more memory for the driver',
    again: 'no',
  },
  DRIVER_UNAVAILABLE: {
    type: 'SERVICE_FAULT',
    when: 'a cluster that ran has lost its driver, which is being made again',
    message: 'the driver is not ready[; newest failure: {newest_failure}]',
    mend: 'wait: Kindling makes the driver again',
    again: 'yes',
    own: true,
  },
  EXECUTOR_POD_UNSCHEDULED: {
    type: 'CLOUD_FAILURE',
    when: 'a cluster runs without some of its executors',
    message: '{missing} of {requested} executors are missing[; newest failure: {newest_failure}]',
    mend: 'Kindling keeps trying; another machine type or zone may have capacity now',
    again: 'yes',
  },
  SPOT_INSTANCE_TERMINATION: {
    type: 'CLOUD_FAILURE',
    when: 'Google took a spot machine back; its executors are made again',
    message: 'Google took spot machines back; {missing} of {requested} executors are missing',
    mend: 'wait: Kindling makes the executors again; without "spot" machines stay',
    again: 'yes',
  },
  CLOUD_PROVIDER_SHUTDOWN: {
    type: 'CLOUD_FAILURE',
    when: 'Google shut a machine down that was not a spot machine; its pods are made again',
    message: 'Google shut machines down; {missing} of {requested} executors are missing',
    mend: 'wait: Kindling makes the executors again',
    again: 'yes',
  },
  EXECUTOR_OUT_OF_MEMORY: {
    type: 'CLIENT_ERROR',
    when: 'executors need more memory than their machines have; they are made again',
    message:
      'executors ran out of memory; {missing} of {requested} are missing[; newest failure: {newest_failure}]',
    mend: 'choose a machine type with more memory for the executors',
    again: 'no',
    own: true,
  },
} as const satisfies Record<string, TerminationEntry>
