// The virtual machines of one GKE cluster and their Node objects: booted in parallel, registered, made Ready, removed.
// Touches the cluster through the Kubernetes port alone.
import { CallError } from '../../../../shared/call-error.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../../shared/ports.ts'
import type { Profile } from '../../profile.ts'
import { randomSuffix, stableHex } from '../identifiers.ts'
import type { FaultBoard } from '../faults/fault-board.ts'
import type { Supply } from '../supply.ts'
import { arrivals } from './arrival.ts'
import { atMost } from './at-most.ts'
import { agentsPod, kubeDns, nodeAgents } from './gke-workloads.ts'
import { nodeDeaths, nodeRef, podRef } from './node-death.ts'
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
  /** As a spot reclaim does: notice, then the pods of the node fail and keep their names, and the node goes. */
  preempt(machine: Machine): void
  /** The machine dies without a word. */
  lose(machine: Machine): void
  machines(): readonly Machine[]
  count(pool: string, zone?: string): number
  /** The instance group of a pool in a zone. */
  instanceGroup(pool: string, zone: string): string
  /** Forgets everything; the cluster is gone. */
  stop(): void
}

interface FleetOptions {
  readonly clock: Clock
  readonly profile: Profile
  readonly kubernetes: Kubernetes
  /** Whether the cluster runs what GKE runs in each. */
  readonly hasWorkloads: boolean
  readonly supply: Supply
  readonly faults: Pick<FaultBoard, 'all' | 'strike'>
  readonly cluster: { readonly project: string; readonly path: string; readonly name: string }
  readonly podsOn: (node: string) => readonly KubernetesObject[]
  readonly changed: () => void
  /** A machine of this template was given up, because it never became a node. */
  readonly gaveUp: (template: NodeTemplate) => void
}

const PARALLEL_CALLS = 32
/** Room for `-<8 hex>-<4 characters>` within the 63 that a label value may have. */
const NAME_PREFIX = 48

export function nodeFleet(options: FleetOptions): NodeFleet {
  const { clock, profile, kubernetes, supply, cluster, podsOn, changed } = options
  const arrival = arrivals(options)
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

  /** Undefined when the cluster has gone first. */
  async function startWorkloads(): Promise<KubernetesObject | undefined> {
    let made: KubernetesObject | undefined
    await insist(async () => (made = await kubernetes.create(nodeAgents)))
    await insist(() => kubernetes.create(kubeDns))
    return made
  }
  const agents = options.hasWorkloads ? startWorkloads() : undefined

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
    const owner = await agents
    if (owner) await insist(() => kubernetes.create(agentsPod(name, owner)))
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

  async function deletePods(
    node: string,
    isMeant: (pod: KubernetesObject) => boolean = () => true,
  ): Promise<void> {
    const pods = podsOn(node).filter((pod) => isMeant(pod))
    await Promise.all(
      pods.map((pod) => insist(() => kubernetes.delete(podRef(pod), { gracePeriodSeconds: 0 }))),
    )
  }

  function release(machine: Machine): void {
    if (!machines.delete(machine.name)) return
    supply.giveBack(cluster.project, machine.template, 1)
  }

  /** What the autoscaler does with machines that do not register. */
  async function giveUp(lost: readonly Machine[]): Promise<void> {
    try {
      await clock.sleep(profile.nodeProvisioning, stopped.signal)
    } catch {
      return
    }
    const there = lost.filter(({ name }) => machines.has(name))
    there.forEach(release)
    for (const template of new Set(there.map((machine) => machine.template)))
      options.gaveUp(template)
    changed()
  }

  const { signal } = stopped
  const deaths = nodeDeaths({ ...options, signal, insist, release, deletePods })

  return {
    async launch(template, count, bootMs) {
      // Machines that take equally long share one timer, so a thousand nodes cost no more than one.
      const batches = new Map<number, Machine[]>()
      const lost: Machine[] = []
      for (let index = 0; index < count; index++) {
        const machine = newMachine(template)
        if (arrival.isNever(template)) {
          lost.push(machine)
          continue
        }
        const ms = Math.ceil(arrival.bootMs(template, bootMs()))
        const batch = batches.get(ms) ?? []
        batch.push(machine)
        batches.set(ms, batch)
      }
      if (lost.length > 0) void giveUp(lost)
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
    preempt: (machine) => void deaths.preempt(machine),
    lose: (machine) => void deaths.lose(machine),
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
