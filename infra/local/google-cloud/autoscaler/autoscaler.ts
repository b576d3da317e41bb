// The cluster autoscaler of one GKE cluster. Looks on a fixed beat, but only when something has changed or is due, so a
// quiet cluster costs nothing. Sees the cluster through the Kubernetes port; changes it through its fleet of machines.
import type { Resources } from '../../../../shared/domain/sizing.ts'
import type { JsonObject, KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Instant } from '../../../../shared/domain/time.ts'
import type { Clock, Kubernetes } from '../../../../shared/ports.ts'
import type { Profile } from '../../profile.ts'
import type { NodeFleet } from '../nodes/node-fleet.ts'
import type { ObjectCache } from '../nodes/object-cache.ts'
import type { NodeTemplate } from '../nodes/node-template.ts'
import { isUnplaced } from '../nodes/pod-view.ts'
import type { Shortage, Supply, Taker } from '../supply.ts'
import type { VisibilityLog } from '../visibility-log.ts'
import { backOff } from './back-off.ts'
import { binsOf, type NodeUse, nodeUses, taintsOf } from './node-use.ts'
import { podGroups } from './pod-groups.ts'
import { type ScaledPool, offerOf } from './scaled-pool.ts'
import { scaleDown } from './scale-down.ts'
import { planScaleUp, type ScaleUpPlan } from './scale-up-plan.ts'

export interface Autoscaler {
  /** Something has changed: look at the next beat. */
  poke(): void
  /** Machines of this template were given up: they never became nodes. */
  gaveUp(template: NodeTemplate): void
  stop(): void
}

interface AutoscalerOptions {
  readonly clock: Clock
  readonly profile: Profile
  /** Its `addresses` are asked with the template at hand. */
  readonly taker: (template: NodeTemplate) => Taker
  readonly kubernetes: Kubernetes
  readonly supply: Supply
  readonly fleet: NodeFleet
  readonly pods: ObjectCache
  readonly nodes: ObjectCache
  readonly log: VisibilityLog
  /** What GKE's own pods take of each node beyond the usual. */
  readonly taken: () => Resources
  /** Machines have been added. */
  readonly grown: () => void
  /** The pools that scale by themselves and are not being made or deleted. */
  readonly pools: () => readonly ScaledPool[]
}

const LEAVING = { key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' } as const

export function autoscaler(options: AutoscalerOptions): Autoscaler {
  const { clock, profile, fleet, pods, nodes, pools, supply, log, taker, kubernetes } = options
  const holds = backOff(profile)
  const planScaleDown = scaleDown()
  const beatFrom = clock.now()
  /** The last decision for each pool, which a failure names. */
  const events = new Map<string, string>()
  let unhandledBefore = ''
  let stopped = false
  let timer: { readonly at: Instant; callOff(): void } | undefined

  /** Sets the next look to the first beat at or after `instant`, unless an earlier one is set. */
  function lookAt(instant: Instant): void {
    if (stopped) return
    const beat = profile.autoscalerScan
    const beats = Math.max(
      Math.ceil((instant - beatFrom) / beat),
      Math.floor((clock.now() - beatFrom) / beat) + 1,
    )
    const at = beatFrom + beats * beat
    if (timer && timer.at <= at) return
    timer?.callOff()
    timer = {
      at,
      callOff: clock.after(at - clock.now(), () => {
        timer = undefined
        scan()
      }),
    }
  }

  function scan(): void {
    if (stopped || !pods.isFilled() || !nodes.isFilled()) return
    const unplaced = [...pods.values()].filter(isUnplaced)
    const uses = nodeUses(nodes.values(), pods.values())
    if (unplaced.length > 0) grow(unplaced, uses)
    shrink(uses)
    const next = unplaced.length > 0 ? holds.nextEnd(clock.now()) : undefined
    if (next !== undefined) lookAt(next)
  }

  function grow(unplaced: readonly KubernetesObject[], uses: readonly NodeUse[]): void {
    const groups = podGroups(unplaced)
    const offers = pools().map((pool) =>
      offerOf(pool, fleet, options.taken(), (zone) =>
        holds.isHeld(pool.spec.name, zone, clock.now()),
      ),
    )
    const plan = planScaleUp(groups, binsOf(uses, fleet.machines()), offers)
    if (plan.increases.length > 0) increase(plan)
    const unhandled = plan.unhandled.map(({ group, pods: left, rejected }) =>
      JSON.stringify([group.pods[0]?.metadata.uid, left, rejected]),
    )
    if (plan.unhandled.length > 0 && unhandled.join() !== unhandledBefore)
      log.noScaleUp(plan.unhandled)
    unhandledBefore = unhandled.join()
    // What is over the limit of one scan, and pods without a group, wait their turn.
    if (plan.isCut || groups.reduce((sum, group) => sum + group.pods.length, 0) < unplaced.length)
      lookAt(clock.now())
  }

  function increase(plan: ScaleUpPlan): void {
    const eventId = log.scaleUp(plan)
    for (const { template, count, group } of plan.increases) {
      const { given, shortage } = supply.take(taker(template), template, count)
      events.set(template.pool, eventId)
      if (shortage) hold(template, shortage)
      else holds.succeeded(template.pool, template.zone)
      const launch = group.pods[0]?.metadata.namespace ?? ''
      if (given > 0) void fleet.launch(template, given, () => profile.nodeBoot(launch))
    }
    options.grown()
  }

  function hold(template: NodeTemplate, shortage: Shortage): void {
    holds.failed(template.pool, template.zone, clock.now())
    log.failed(events.get(template.pool) ?? '', shortage, template)
    // Another zone or pool may still have room for the rest.
    lookAt(clock.now())
  }

  function shrink(uses: readonly NodeUse[]): void {
    const scaled = new Map(pools().map((pool) => [pool.spec.name, pool]))
    const candidates = uses.flatMap((use) => {
      const { pool } = use
      return pool !== undefined && scaled.has(pool) ? [{ ...use, pool }] : []
    })
    if (candidates.length === 0) return
    const plan = planScaleDown(
      candidates,
      {
        delayOf: (pool) => scaled.get(pool)?.consolidationDelay ?? profile.consolidationDelay(),
        spare: (pool) => fleet.count(pool) - (scaled.get(pool)?.minNodes ?? 0),
      },
      clock.now(),
    )
    for (const name of plan.taint) setLeaving(name, true)
    for (const name of plan.untaint) setLeaving(name, false)
    if (plan.remove.length > 0) {
      log.scaleDown(plan.remove)
      void fleet.remove(plan.remove)
    }
    if (plan.wakeAt !== undefined) lookAt(plan.wakeAt)
  }

  function setLeaving(name: string, isLeaving: boolean): void {
    const node = nodes.get(name)
    if (!node) return
    const others = taintsOf(node).filter(({ key }) => key !== LEAVING.key)
    const taints = (isLeaving ? [...others, LEAVING] : others).map((taint): JsonObject => ({
      ...taint,
    }))
    const ref = { apiVersion: 'v1', kind: 'Node', name }
    // Refused: the node is gone or changed; the next scan decides anew.
    kubernetes.patch(ref, { spec: { taints } }).catch(() => lookAt(clock.now()))
  }

  return {
    poke: () => lookAt(clock.now()),
    gaveUp: (template) => hold(template, 'time-out'),
    stop() {
      stopped = true
      timer?.callOff()
    },
  }
}
