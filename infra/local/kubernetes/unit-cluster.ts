// A small cluster for unit tests, on a clock that stands still: engine, port, and objects that need few words.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Kubernetes } from '../../../shared/ports.ts'
import { virtualClock, type VirtualClock } from '../clock.ts'
import type { CompanionOptions } from './companions/companions.ts'
import { type EngineOptions, type KubernetesEngine, kubernetesEngine } from './engine.ts'
import { isTrue, podSpec, podStatus } from './pod-shape.ts'

export interface UnitCluster {
  readonly clock: VirtualClock
  readonly engine: KubernetesEngine
  readonly kubernetes: Kubernetes
  /** Makes a Ready node. */
  readonly node: (name: string, more?: object) => Promise<KubernetesObject>
  /** Makes a pod of namespace `a` that asks for that much cpu. */
  readonly pod: (name: string, cpu?: string, more?: PodParts) => Promise<KubernetesObject>
  readonly find: (kind: string, name: string) => KubernetesObject | undefined
  readonly nodeOf: (pod: string) => string | undefined
  readonly isReady: (pod: string) => boolean
  readonly until: (what: string, holds: () => boolean, limitMs?: number) => Promise<void>
}

export interface PodParts {
  readonly labels?: Record<string, string>
  readonly image?: string
  readonly spec?: object
}

export const quickPods: Omit<CompanionOptions, 'clock' | 'face'> = {
  delays: { imagePullMs: () => 100, podStartMs: () => 10 },
}

const apiVersions: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
}

/** With a namespace `a`. Stop the engine in the end. */
export async function unitCluster(
  options: Omit<EngineOptions, 'clock'> = {},
  companions?: typeof quickPods,
): Promise<UnitCluster> {
  const clock = virtualClock(7)
  const engine = kubernetesEngine({ ...options, clock })
  if (companions) engine.startCompanions(companions)
  const kubernetes = engine.face('system:admin')
  await kubernetes.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } })
  const find = (kind: string, name: string): KubernetesObject | undefined =>
    engine.snapshot(apiVersions[kind] ?? 'v1', kind).find((object) => object.metadata.name === name)
  return {
    clock,
    engine,
    kubernetes,
    node: (name, more = {}) =>
      kubernetes.create({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name },
        status: {
          allocatable: { cpu: '4', memory: '16Gi', pods: '32' },
          conditions: [{ type: 'Ready', status: 'True' }],
        },
        ...more,
      }),
    pod: (name, cpu = '1', { labels = {}, image = 'image:1', spec = {} } = {}) =>
      kubernetes.create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'a', labels },
        spec: { containers: [{ name: 'main', image, resources: { requests: { cpu } } }], ...spec },
      }),
    find,
    nodeOf(name) {
      const pod = find('Pod', name)
      return pod && podSpec(pod).nodeName
    },
    isReady(name) {
      const pod = find('Pod', name)
      return pod !== undefined && isTrue(podStatus(pod), 'Ready')
    },
    until: (what, holds, limitMs = 60_000) => clock.until(what, holds, limitMs),
  }
}
