// The virtual machines of one GKE cluster and their Node objects: booted in parallel, registered, made Ready, removed.
// Touches the cluster through the Kubernetes port alone.
import { CallError } from '../../../../shared/call-error.ts'
import type { KubernetesObject, ObjectRef } from '../../../../shared/manifests/object.ts'
import type { Kubernetes } from '../../../../shared/ports.ts'
import type { EngineClock } from '../../clock.ts'
import type { Profile } from '../../profile.ts'
import { randomSuffix, stableHex } from '../identifiers.ts'
import type { Supply } from '../supply.ts'
import { atMost } from './at-most.ts'
import { nodeObject, nodeStatus, type NodeTemplate } from './node-template.ts'

export interface Machine {
  readonly name: string
  readonly template: NodeTemplate
}

export interface NodeFleet {
  /** Boots machines that the supply has given; resolves once all are Ready. `bootMs` is asked for each. */
  launch(template: NodeTemplate, count: number, bootMs: () => number): Promise<void>
  /** Deletes nodes with what still stands on them, and gives the machines back. */
  remove(names: readonly string[]): Promise<void>
  /** As a spot reclaim does: the pods of the node fail and keep their names, the node goes. */
  preempt(name: string): Promise<void>
  machines(): readonly Machine[]
  count(pool: string, zone?: string): number
  /** The instance group of a pool in a zone. */
  instanceGroup(pool: string, zone: string): string
  /** Forgets everything; the cluster is gone. */
  stop(): void
}

interface FleetOptions {
  readonly clock: EngineClock
  readonly profile: Profile
  readonly kubernetes: Kubernetes
  readonly supply: Supply
  readonly cluster: { readonly project: string; readonly path: string; readonly name: string }
  readonly podsOn: (node: string) => readonly KubernetesObject[]
  readonly changed: () => void
}

const PARALLEL_CALLS = 32
/** Room for `-<8 hex>-<4 characters>` within the 63 that a label value may have. */
const NAME_PREFIX = 48

export function nodeFleet(options: FleetOptions): NodeFleet {
  const { clock, profile, kubernetes, supply, cluster, podsOn, changed } = options
  const machines = new Map<string, Machine>()
  const limited = atMost(PARALLEL_CALLS)
  const stopped = new AbortController()
  const stamp = (): string => new Date(clock.now()).toISOString()

  /** Calls until it works, the thing is gone, or the cluster is. */
  async function insist(call: () => Promise<unknown>): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await limited(call)
        return
      } catch (error) {
        if (error instanceof CallError && (error.kind === 'not-found' || error.kind === 'exists'))
          return
        await clock.sleep(profile.scaled(1000), stopped.signal).catch(() => undefined)
      }
    }
  }

  const groupName = (pool: string, zone: string): string =>
    `${`gke-${cluster.name}-${pool}`.slice(0, NAME_PREFIX)}-${stableHex(`${cluster.path} ${pool} ${zone}`)}`

  function newMachine(template: NodeTemplate): Machine {
    const prefix = groupName(template.pool, template.zone)
    let name: string
    do name = `${prefix}-${randomSuffix(() => clock.random(), 4)}`
    while (machines.has(name))
    const machine = { name, template }
    machines.set(name, machine)
    return machine
  }

  async function register({ name, template }: Machine): Promise<void> {
    if (!machines.has(name)) return
    await insist(() => kubernetes.create(nodeObject(template, name, cluster.project, stamp())))
  }

  async function makeReady({ name, template }: Machine): Promise<void> {
    if (!machines.has(name)) return
    const ref = nodeRef(name)
    const status = nodeStatus(template, name, true, stamp())
    await insist(() => kubernetes.patch(ref, { status }, { subresource: 'status' }))
    const taints = template.taints.map((taint) => ({ ...taint }))
    await insist(() => kubernetes.patch(ref, { spec: { taints } }))
  }

  async function boot(batch: readonly Machine[], bootMs: number): Promise<void> {
    const lag = Math.min(profile.nodeReadyLag, bootMs / 10)
    try {
      await clock.sleep(bootMs - lag, stopped.signal)
      await Promise.all(batch.map(register))
      await clock.sleep(lag, stopped.signal)
    } catch {
      return
    }
    await Promise.all(batch.map(makeReady))
  }

  async function deletePods(node: string): Promise<void> {
    await Promise.all(
      podsOn(node).map((pod) =>
        insist(() => kubernetes.delete(podRef(pod), { gracePeriodSeconds: 0 })),
      ),
    )
  }

  function release(machine: Machine): void {
    if (!machines.delete(machine.name)) return
    const { zone, machineType } = machine.template
    supply.giveBack(cluster.project, zone, machineType, 1)
  }

  return {
    async launch(template, count, bootMs) {
      // Machines that take equally long share one timer, so a thousand nodes cost no more than one.
      const batches = new Map<number, Machine[]>()
      for (let index = 0; index < count; index++) {
        const ms = Math.ceil(bootMs())
        const batch = batches.get(ms) ?? []
        batch.push(newMachine(template))
        batches.set(ms, batch)
      }
      await Promise.all([...batches].map(([ms, batch]) => boot(batch, ms)))
    },
    async remove(names) {
      const leaving = names.flatMap((name) => machines.get(name) ?? [])
      leaving.forEach(release)
      await Promise.all(
        leaving.map(async ({ name }) => {
          await deletePods(name)
          await insist(() => kubernetes.delete(nodeRef(name)))
        }),
      )
      changed()
    },
    async preempt(name) {
      const machine = machines.get(name)
      if (!machine) throw new CallError('not-found', `no machine ${name} in ${cluster.path}`)
      release(machine)
      await Promise.all(
        podsOn(name).map((pod) =>
          insist(() => kubernetes.patch(podRef(pod), PREEMPTED, { subresource: 'status' })),
        ),
      )
      await insist(() => kubernetes.delete(nodeRef(name)))
      changed()
    },
    machines: () => [...machines.values()],
    count: (pool, zone) =>
      [...machines.values()].filter(
        ({ template }) => template.pool === pool && (zone === undefined || template.zone === zone),
      ).length,
    instanceGroup: (pool, zone) => `${groupName(pool, zone)}-grp`,
    stop() {
      stopped.abort(new Error('the fleet is stopped'))
      for (const machine of machines.values()) release(machine)
    },
  }
}

/** What the kubelet writes when it has to shut down. */
const PREEMPTED = {
  status: {
    phase: 'Failed',
    reason: 'Terminated',
    message: 'Pod was terminated in response to imminent node shutdown.',
  },
}

function nodeRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Node', name }
}

function podRef({ metadata: { namespace, name } }: KubernetesObject): ObjectRef {
  return { apiVersion: 'v1', kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name }
}
