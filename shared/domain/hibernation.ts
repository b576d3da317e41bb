// A workspace without clusters for long gives up its GKE cluster, and keeps its network: it is still RUNNING to users' tools,
// and nothing can be launched in it until it has been woken. Pure.
import type { Entity, WorkspaceEntity } from './entity.ts'
import { isKeptAwake, KEPT } from './prewarm.ts'
import { hours, type Instant } from './time.ts'

/** Hours without clusters after which a workspace hibernates, where it does not say. */
const AWAKE_HOURS = 72
/** What users are told of the wait: GKE makes a regional cluster in five to ten minutes, the agent comes after it. */
export const WAKING_MINUTES = 12

type Running = Extract<WorkspaceEntity, { state: 'RUNNING' }>

/** Whether clusters can be launched in it now: it runs, and has its GKE cluster. */
export function canLaunch(workspace: Entity | undefined): workspace is Running {
  if (workspace?.kind !== 'workspace' || workspace.state !== 'RUNNING') return false
  return workspace.hibernation === undefined
}

/**
 * Whether a workspace that was first seen without clusters at `emptySince` has been so for long enough. One that was woken
 * for an hour of its schedule and that nobody came to has been so sooner.
 */
export function isToHibernate(
  { spec, prewarmedFor }: WorkspaceEntity,
  emptySince: Instant,
  now: Instant,
): boolean {
  const awake = hours(spec.hibernateAfterHours ?? AWAKE_HOURS)
  if (awake === 0 || (spec.prewarm && isKeptAwake(spec.prewarm, now))) return false
  if (now - emptySince >= awake) return true
  return prewarmedFor !== undefined && now - Math.max(emptySince, prewarmedFor) >= KEPT
}
