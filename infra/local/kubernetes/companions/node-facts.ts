// What simulated nodes keep to themselves: the images that they have, and the addresses that they give to pods.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Clock } from '../../../../shared/ports.ts'
import { podSpec } from '../pod-shape.ts'

export interface ImagePulls {
  /** How long until the pod's images are on the node; `pullMs` is asked only when one is missing. */
  waitMs(
    pod: KubernetesObject,
    node: KubernetesObject,
    pullMs: (pod: KubernetesObject, node: KubernetesObject) => number,
  ): number
  /** The node has gone, and its images with it. */
  forget(node: string): void
}

/** An image is pulled once a node; who comes while it is being pulled waits for the same pull. */
export function imagePulls(clock: Clock): ImagePulls {
  /** When each image is on each node. */
  const nodes = new Map<string, Map<string, number>>()
  return {
    waitMs(pod, node, pullMs) {
      const now = clock.now()
      const { name } = node.metadata
      const cache = nodes.get(name) ?? new Map<string, number>()
      nodes.set(name, cache)
      const { containers, initContainers = [] } = podSpec(pod)
      const images = [...initContainers, ...containers].map(({ image = '' }) => image)
      const missing = images.filter((image) => !cache.has(image))
      const until = missing.length > 0 ? now + pullMs(pod, node) : now
      for (const image of missing) cache.set(image, until)
      return Math.max(now, ...images.map((image) => cache.get(image) ?? now)) - now
    },
    forget: (node) => nodes.delete(node),
  }
}

/** Addresses of the shared range, one a pod, in the order of their start. */
export function podAddresses(): () => string {
  let count = 0
  return () => {
    count = (count + 1) % (1 << 22)
    return `100.${64 + (count >> 16)}.${(count >> 8) & 255}.${count & 255}`
  }
}
