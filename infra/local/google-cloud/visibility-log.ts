// What GKE's autoscaler says of its decisions (GCP facts 1.10): the early hint of a stock-out.
import type { Clock } from '../../../shared/ports.ts'
import type { LogEntry } from './audit-log.ts'
import type { ScaleUpPlan, Unhandled } from './autoscaler/scale-up-plan.ts'
import type { PodGroup } from './autoscaler/pod-groups.ts'
import { randomSuffix, randomUuid } from './identifiers.ts'
import type { NodeTemplate } from './nodes/node-template.ts'
import type { Shortage } from './supply.ts'

export interface VisibilityLog {
  /** Answers the id that a later error names. */
  scaleUp(plan: ScaleUpPlan): string
  failed(eventId: string, shortage: Shortage, template: NodeTemplate): void
  noScaleUp(unhandled: readonly Unhandled[]): void
  scaleDown(nodes: readonly string[]): void
}

interface VisibilityOptions {
  readonly clock: Clock
  readonly cluster: { readonly project: string; readonly location: string; readonly name: string }
  readonly instanceGroup: (pool: string, zone: string) => string
  readonly deliver: (entry: LogEntry) => void
}

const MESSAGE_IDS = {
  'stock-out': 'scale.up.error.out.of.resources',
  quota: 'scale.up.error.quota.exceeded',
  'ip-space': 'scale.up.error.ip.space.exhausted',
  'time-out': 'scale.up.error.waiting.for.instances.timeout',
} as const

/** The first pods of a group; there can be a thousand. */
const PODS_NAMED = 5

export function visibilityLog(options: VisibilityOptions): VisibilityLog {
  const { clock, cluster, instanceGroup, deliver } = options
  const seconds = (): string => String(Math.floor(clock.now() / 1000))

  function write(jsonPayload: object): void {
    deliver({
      insertId: randomSuffix(() => clock.random(), 12),
      logName: `projects/${cluster.project}/logs/container.googleapis.com%2Fcluster-autoscaler-visibility`,
      timestamp: new Date(clock.now()).toISOString(),
      resource: {
        type: 'k8s_cluster',
        labels: {
          project_id: cluster.project,
          location: cluster.location,
          cluster_name: cluster.name,
        },
      },
      jsonPayload,
    })
  }

  const mig = ({ pool, zone }: NodeTemplate): object => ({
    name: instanceGroup(pool, zone),
    nodepool: pool,
    zone,
  })

  return {
    scaleUp({ increases }) {
      const eventId = randomUuid(() => clock.random())
      const groups = new Set(increases.map(({ group }) => group))
      const total = [...groups].reduce((sum, { pods }) => sum + pods.length, 0)
      write({
        decision: {
          decideTime: seconds(),
          eventId,
          scaleUp: {
            increasedMigs: [...byGroup(increases)].map(([template, requestedNodes]) => ({
              mig: mig(template),
              requestedNodes,
            })),
            triggeringPods: [...groups].flatMap(named).slice(0, PODS_NAMED),
            triggeringPodsTotalCount: total,
          },
        },
      })
      return eventId
    },
    failed(eventId, shortage, { pool, zone }) {
      const errorMsg = { messageId: MESSAGE_IDS[shortage], parameters: [instanceGroup(pool, zone)] }
      write({ resultInfo: { measureTime: seconds(), results: [{ eventId, errorMsg }] } })
    },
    noScaleUp(unhandled) {
      write({
        noDecisionStatus: {
          measureTime: seconds(),
          noScaleUp: {
            unhandledPodGroups: unhandled.map(({ group, pods, rejected }) => ({
              podGroup: { samplePod: named(group)[0], totalPodCount: pods },
              rejectedMigs: rejected.map(({ pool, reason }) => ({
                mig: { nodepool: pool },
                reason: { messageId: reason },
              })),
            })),
          },
        },
      })
    },
    scaleDown(nodes) {
      const eventId = randomUuid(() => clock.random())
      const nodesToBeRemoved = nodes.map((name) => ({ node: { name } }))
      write({ decision: { decideTime: seconds(), eventId, scaleDown: { nodesToBeRemoved } } })
    },
  }
}

/** Nodes asked of each instance group. */
function byGroup(increases: ScaleUpPlan['increases']): Map<NodeTemplate, number> {
  const first = new Map<string, NodeTemplate>()
  const counts = new Map<NodeTemplate, number>()
  for (const { template, count } of increases) {
    const key = `${template.pool} ${template.zone}`
    const group = first.get(key) ?? template
    first.set(key, group)
    counts.set(group, (counts.get(group) ?? 0) + count)
  }
  return counts
}

function named({ pods }: PodGroup): object[] {
  return pods.slice(0, PODS_NAMED).map(({ metadata: { namespace, name }, metadata }) => ({
    namespace,
    name,
    controller: metadata.ownerReferences?.find((owner) => owner.controller === true)?.name,
  }))
}
