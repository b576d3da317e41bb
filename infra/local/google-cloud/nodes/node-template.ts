// What GKE makes of a pool's configuration: the labels, taints and sizes of its nodes (GCP facts 1.11 and 1.12).
import { machineType } from '../../../../shared/catalog/machine-types.ts'
import { regionOfZone } from '../../../../shared/catalog/regions.ts'
import { allocatable, DAEMON_SETS } from '../../../../shared/domain/sizing.ts'
import type { NodePool } from '../../../../shared/google-cloud.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Chargeable } from '../quotas.ts'
import type { Labels, NodeTaint } from './node-fit.ts'
import type { Room } from './pod-view.ts'

export interface NodeTemplate extends Chargeable {
  readonly pool: string
  readonly podsPerNode: number
  /** Without the host's name, which is each node's own. */
  readonly labels: Labels
  readonly taints: readonly NodeTaint[]
  readonly capacity: Readonly<Record<string, string>>
  readonly allocatable: Readonly<Record<string, string>>
  /** What is left for pods once GKE's own DaemonSets have theirs. */
  readonly room: Room
}

const MIB = 2 ** 20
const PODS_PER_NODE = 110
const DISK_GB = 100
/** Where a real control plane runs, kwok plays the nodes that have it. */
export const KWOK_KEY = 'kwok.x-k8s.io/node'
export const KWOK_NODE = { [KWOK_KEY]: 'fake' } as const
export const NODE_VERSION = 'v1.34.1-gke.3556000'
export const NOT_READY: NodeTaint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

const EFFECTS = {
  NO_SCHEDULE: 'NoSchedule',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
  NO_EXECUTE: 'NoExecute',
} as const

export function nodeTemplate(pool: NodePool, zone: string): NodeTemplate {
  const { config } = pool
  const shape = machineType(config.machineType)
  if (!shape) throw new Error(`pool ${pool.name}: no machine type ${config.machineType}`)
  const free = allocatable(shape)
  const pods = pool.maxPodsConstraint?.maxPodsPerNode ?? PODS_PER_NODE
  const diskGb = config.diskSizeGb ?? DISK_GB
  const diskType = config.diskType ?? 'pd-balanced'
  return {
    pool: pool.name,
    zone,
    machineType: config.machineType,
    diskGb,
    diskType,
    isSpot: config.spot === true,
    podsPerNode: pods,
    labels: {
      ...config.labels,
      ...(config.spot ? { 'cloud.google.com/gke-spot': 'true' } : {}),
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'cloud.google.com/gke-boot-disk': diskType,
      'cloud.google.com/gke-container-runtime': 'containerd',
      'cloud.google.com/gke-cpu-scaling-level': String(shape.cpus),
      'cloud.google.com/gke-logging-variant': 'DEFAULT',
      'cloud.google.com/gke-max-pods-per-node': String(pods),
      'cloud.google.com/gke-memory-gb-scaling-level': String(Math.floor(shape.memoryMb / 1024)),
      'cloud.google.com/gke-nodepool': pool.name,
      'cloud.google.com/gke-os-distribution': 'cos',
      'cloud.google.com/machine-family': shape.family,
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': config.machineType,
      'topology.gke.io/zone': zone,
      'topology.kubernetes.io/region': regionOfZone(zone),
      'topology.kubernetes.io/zone': zone,
    },
    taints: (config.taints ?? []).map(({ key, value, effect }) => ({
      key,
      value,
      effect: EFFECTS[effect],
    })),
    capacity: {
      cpu: String(shape.cpus),
      memory: `${Math.floor(shape.memoryMb * 1024 * (63 / 64))}Ki`,
      'ephemeral-storage': `${diskGb}Gi`,
      pods: String(pods),
    },
    allocatable: {
      cpu: `${free.cpuMilli}m`,
      memory: `${free.memoryMib}Mi`,
      'ephemeral-storage': `${Math.floor(diskGb * 0.47)}Gi`,
      pods: String(pods),
    },
    room: {
      cpuMilli: free.cpuMilli - DAEMON_SETS.cpuMilli,
      memoryBytes: (free.memoryMib - DAEMON_SETS.memoryMib) * MIB,
      pods: pods - DAEMON_PODS,
    },
  }
}

/** GKE's own pods on every node with Dataplane V2: network, DNS cache, logging, metrics, metadata server, disks ... */
const DAEMON_PODS = 8

/** The Node as the kubelet registers it: not ready yet, and tainted so that no pod comes too early. */
export function nodeObject(
  template: NodeTemplate,
  name: string,
  project: string,
  now: string,
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { ...template.labels, 'kubernetes.io/hostname': name },
      annotations: { 'container.googleapis.com/instance_id': name, ...KWOK_NODE },
    },
    spec: {
      providerID: `gce://${project}/${template.zone}/${name}`,
      taints: [...template.taints, NOT_READY].map((taint) => ({ ...taint })),
    },
    status: nodeStatus(template, name, false, now),
  }
}

/** The whole status, for a patch replaces lists as they are. */
export function nodeStatus(
  template: NodeTemplate,
  name: string,
  ready: boolean,
  now: string,
): NonNullable<KubernetesObject['status']> {
  return {
    capacity: { ...template.capacity },
    allocatable: { ...template.allocatable },
    conditions: [
      {
        type: 'Ready',
        status: ready ? 'True' : 'False',
        reason: ready ? 'KubeletReady' : 'KubeletNotReady',
        message: ready
          ? 'kubelet is posting ready status'
          : 'container runtime network not ready: NetworkReady=false',
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ],
    addresses: [{ type: 'Hostname', address: name }],
    nodeInfo: {
      architecture: 'amd64',
      bootID: '',
      containerRuntimeVersion: 'containerd://2.1.4',
      kernelVersion: '6.12.46+',
      kubeProxyVersion: '',
      kubeletVersion: NODE_VERSION,
      machineID: '',
      operatingSystem: 'linux',
      osImage: 'Container-Optimized OS from Google',
      systemUUID: '',
    },
  }
}
