// Nodes that do not come: what GKE's autoscaler said of a pool, zone by zone. A hint that explains, and never decides:
// a launch goes on trying until its limit, because capacity comes back.
import { z } from 'zod'
import type { Reason } from '../../events/lifecycle.ts'
import { cut } from './cut.ts'
import { reasonOf } from './reasons/reason.ts'
import type { Situation } from './situation.ts'
import { Instant, minutes } from './time.ts'

/** The codes that a scale-up is refused with. */
export const BlockCode = z.enum([
  'GCP_INSUFFICIENT_CAPACITY',
  'GCP_QUOTA_EXCEEDED',
  'GCP_IP_SPACE_EXHAUSTED',
  'GCP_SERVICE_ACCOUNT_DELETED',
  'POD_SCHEDULING_FAILURE',
  'K8S_AUTOSCALING_FAILURE',
])
export type BlockCode = z.infer<typeof BlockCode>

export const ScaleUpBlock = z.object({
  code: BlockCode,
  /** Absent when the entry names none. */
  zone: z.string().optional(),
  /** Google's own word for it. */
  message: z.string(),
  /** By the autoscaler's clock. */
  at: Instant,
})
export type ScaleUpBlock = z.infer<typeof ScaleUpBlock>

/** What stands in the way of one pool's nodes: one entry for each zone, the newest. */
export const ScaleUpObservation = z.object({ pool: z.string(), blocks: z.array(ScaleUpBlock) })
export type ScaleUpObservation = z.infer<typeof ScaleUpObservation>

/** The autoscaler tries a zone again within half an hour, and says so again: what is older is no longer so. */
export const BLOCK_HOLDS = minutes(35)

/** The blocks with another one: it replaces what was known of its zone, and drops what is too old. */
export function withBlock(
  blocks: readonly ScaleUpBlock[],
  block: ScaleUpBlock,
): readonly ScaleUpBlock[] {
  const newest = blocks.find(({ zone }) => zone === block.zone)
  if (newest && newest.at >= block.at) return blocks
  const others = blocks.filter(({ zone, at }) => zone !== block.zone && at > block.at - BLOCK_HOLDS)
  return [block, ...others]
}

/** Why the pools of this cluster get no nodes in its zones, if the autoscaler said so lately. */
export function blockReason({ run, blocked = [], now }: Situation): Reason | undefined {
  if (run.is !== 'active' && run.is !== 'settled') return undefined
  const subject = run.plan?.subject
  if (subject?.kind !== 'cluster') return undefined
  const isMine = (zone: string | undefined): boolean =>
    zone === undefined || subject.zone === undefined || zone === subject.zone
  const mine = blocked
    .filter(({ zone, at }) => at > now - BLOCK_HOLDS && at >= run.createdAt && isMine(zone))
    .toSorted((one, other) => other.at - one.at)
  const [newest] = mine
  if (!newest) return undefined
  const alike = mine.filter(({ code }) => code === newest.code)
  const zones = [...new Set(alike.flatMap(({ zone }) => zone ?? []))].toSorted().join(', ')
  return reasonOfBlock(newest, zones === '' ? undefined : zones)
}

function reasonOfBlock({ code, message }: ScaleUpBlock, zones: string | undefined): Reason {
  const gcp_error_message = cut(message, 256)
  if (code === 'GCP_INSUFFICIENT_CAPACITY') return reasonOf(code, { zones, gcp_error_message })
  if (code === 'K8S_AUTOSCALING_FAILURE') return reasonOf(code, { gcp_error_message })
  return reasonOf(code, { gcp_error_message })
}
