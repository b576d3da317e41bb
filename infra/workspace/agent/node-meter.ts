// Counts how long each node stands, and for whom: from the agent's watch of nodes, between one renewal of its Lease and the
// next. The sums are written into the Lease with that renewal, so they cost no call of their own and outlive the agent.
import { labelKeys } from '../../../shared/manifests/labels.ts'
import {
  MeterLevel,
  nodeTally,
  type MeteredNode,
  type Serves,
} from '../../../shared/domain/meter.ts'
import type { Instant } from '../../../shared/domain/time.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'

export interface NodeMeter {
  put(node: KubernetesObject): void
  remove(node: KubernetesObject): void
  replace(nodes: readonly KubernetesObject[]): void
  /** Goes on from what the agent before wrote, if that can be read; `life` is for the first of all. */
  resume(note: string | undefined, life: string): void
  /** What to write into the Lease; undefined until resumed. */
  note(): string | undefined
}

export interface NodeMeterOptions {
  readonly now: () => Instant
  readonly readyAt: (node: string) => Instant | undefined
  /** Whom each node serves, by its name. */
  readonly serving: () => ReadonlyMap<string, Serves>
}

/** Of the 256 KiB that all annotations of an object may have. */
const LONGEST = 200_000

export function nodeMeter({ now, readyAt, serving }: NodeMeterOptions): NodeMeter {
  const nodes = new Map<string, KubernetesObject>()
  let tally: ReturnType<typeof nodeTally> | undefined

  function told(object: KubernetesObject): void {
    const node = meteredNode(object, readyAt(object.metadata.name))
    if (node) tally?.there(node, now())
  }

  return {
    put(node) {
      nodes.set(node.metadata.name, node)
      told(node)
    },
    remove(node) {
      nodes.delete(node.metadata.name)
      tally?.gone(node.metadata.uid ?? '', now())
    },
    replace(objects) {
      nodes.clear()
      for (const node of objects) nodes.set(node.metadata.name, node)
      tally?.only(new Set(objects.map(({ metadata }) => metadata.uid ?? '')))
      objects.forEach(told)
    },
    resume(note, life) {
      const from = levelIn(note)
      // Without a note this process's own sums are all there is.
      if (!from && tally) return
      tally = nodeTally(from?.life ?? life, from)
      for (const node of nodes.values()) told(node)
    },
    note() {
      const served = serving()
      tally?.look(now(), (node) => served.get(node))
      const text = tally && JSON.stringify(tally.level(now()))
      // A Lease that cannot be written would silence the agent.
      return text !== undefined && text.length <= LONGEST ? text : undefined
    },
  }
}

function levelIn(note: string | undefined): MeterLevel | undefined {
  try {
    return note === undefined ? undefined : MeterLevel.safeParse(JSON.parse(note)).data
  } catch {
    return undefined
  }
}

function meteredNode(
  { metadata: { uid, name, labels = {} } }: KubernetesObject,
  readyAt: Instant | undefined,
): MeteredNode | undefined {
  const pool = labels[labelKeys.pool]
  const machineType = labels['node.kubernetes.io/instance-type']
  if (!uid || !pool || !machineType || readyAt === undefined) return undefined
  const spot = labels['cloud.google.com/gke-spot'] === 'true'
  return { uid, name, pool, machineType, spot, readyAt }
}
