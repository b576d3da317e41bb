// A workspace without clusters hibernates, and wakes when one is asked for or its schedule says so: generations whose plans
// differ in the GKE cluster and what stands in it. The race with requests is that of a pool with launches (protocol rule 10): the workspace is marked,
// its clusters are counted, and it hibernates on the version that was marked; a request takes the mark away, or wakes it.
import { ClusterEntity, WorkspaceEntity } from '../domain/entity.ts'
import { isToHibernate } from '../domain/hibernation.ts'
import { clustersOf, runPath } from '../domain/paths.ts'
import type { Plan } from '../domain/plan.ts'
import { hourToWakeFor } from '../domain/prewarm.ts'
import { Run } from '../domain/run.ts'
import { isSeenWithoutGap } from '../domain/unused-pool.ts'
import type { Instant } from '../domain/time.ts'
import type { Transaction, World, Write } from '../ports.ts'
import { stateFact } from './facts.ts'
import { activeRun, createRun, planOf, superseding, writeIn } from './generation.ts'
import { heal } from './heal.ts'
import { type Moment, readMoment } from './moment.ts'
import { parkAll } from './park.ts'
import { read, readReadable, type Stored, updateOf } from './stored.ts'

const TRIES = 10

/** Looks at a workspace whose run has settled. `lateBy`: how much later than it was due, by the store's clock. */
export async function considerHibernation(
  world: World,
  { path, run, situation: { now } }: Moment,
  lateBy: number,
): Promise<void> {
  if (run.value.is !== 'settled' || run.value.direction === 'down') return
  const workspace = await read(world.store, path, WorkspaceEntity)
  if (workspace?.value.want !== 'up' || workspace.value.state !== 'RUNNING') return
  if (workspace.value.hibernation !== undefined) return
  const { emptySince } = workspace.value
  if (await hasClusters(world, path)) {
    if (isThoughtEmpty(workspace.value)) await keep(world, workspace)
    return
  }
  if (emptySince === undefined || !isSeenWithoutGap(emptySince, lateBy, now)) {
    const { sleepy: __, ...kept } = workspace.value
    await world.store.commit([updateOf(workspace, { ...kept, emptySince: now })])
    return
  }
  if (isToHibernate(workspace.value, emptySince, now)) await hibernate(world, workspace)
}

async function hasClusters(world: World, path: string): Promise<boolean> {
  const { readable, malformed } = await readReadable(world.store, clustersOf(path), ClusterEntity)
  // One that cannot be read may live.
  await parkAll(world, malformed)
  return malformed.length > 0 || readable.some(({ value }) => value.state !== 'TERMINATED')
}

/** What is noted of a workspace without clusters. */
function isThoughtEmpty({ emptySince, sleepy, prewarmedFor }: WorkspaceEntity): boolean {
  return emptySince !== undefined || sleepy === true || prewarmedFor !== undefined
}

/** Somebody needs it. Refused: somebody else has changed it, and will look or has looked. */
function keep(world: World, { value, document }: Stored<WorkspaceEntity>): Promise<boolean> {
  return world.store.commit([updateOf({ value, document }, needed(value))])
}

/** Without what was noted while it had no clusters. */
function needed(workspace: WorkspaceEntity) {
  const { emptySince: _, sleepy: __, prewarmedFor: ___, ...kept } = workspace
  return kept
}

async function hibernate(world: World, workspace: Stored<WorkspaceEntity>): Promise<void> {
  const { path } = workspace.document
  const isMarked =
    workspace.value.sleepy === true ||
    (await world.store.commit([updateOf(workspace, { ...workspace.value, sleepy: true })]))
  // Refused: a request was first.
  if (!isMarked) return
  const marked = await read(world.store, path, WorkspaceEntity)
  if (!marked?.value.sleepy) return
  if (await hasClusters(world, path)) {
    await keep(world, marked)
    return
  }
  await world.store.transaction(async (transaction) => {
    const latest = await read(transaction, path, WorkspaceEntity)
    if (latest?.document.version !== marked.document.version) return
    writeIn(transaction, await generationWrites(transaction, latest, 'hibernate'))
  })
}

/** Why there is a new generation: nobody needs it, somebody asks for a cluster, or its schedule names the hour. */
type Cause = 'hibernate' | 'wake' | { readonly prewarmFor: Instant }

/** The next generation of a workspace that runs, with its GKE cluster or without; none while it is on its way down. */
async function generationWrites(
  transaction: Transaction,
  workspace: Stored<WorkspaceEntity>,
  cause: Cause,
): Promise<Write[]> {
  const { path } = workspace.document
  const generation = workspace.value.generation + 1
  const run = await read(transaction, runPath(path, generation - 1), Run)
  const made = run && planUp(run.value)
  if (!run || made?.subject.kind !== 'workspace') return []
  const now = transaction.readTime()
  const { asleep: _, ...awake } = made.subject
  const subject = cause === 'hibernate' ? { ...awake, asleep: true as const } : awake
  const plan = planOf(subject, generation, made)
  const hibernation = cause === 'hibernate' ? 'HIBERNATED' : 'WAKING'
  const scheduled = typeof cause === 'object' ? { prewarmedFor: cause.prewarmFor } : {}
  const request = `${typeof cause === 'object' ? 'prewarm' : cause}-${generation}`
  const kept = needed(workspace.value)
  const changed = { ...kept, ...scheduled, generation, request, changedAt: now, hibernation }
  return [
    updateOf(workspace, changed),
    createRun(path, activeRun({ path, generation, direction: 'up', request, now }, plan)),
    ...superseding(run, generation),
    ...stateFact(path, { ...workspace.value, generation }, { state: 'RUNNING', hibernation }, now),
  ]
}

function planUp(run: Run): Plan | undefined {
  return run.direction === 'up' && run.is !== 'waiting' ? run.plan : undefined
}

/**
 * Before a request that wants a cluster is decided: what marks the workspace goes, and one that hibernates is woken. Answers
 * whether it was woken by this call, so that somebody has to look at it.
 */
export async function wantAwake(world: World, path: string): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    const workspace = await read(world.store, path, WorkspaceEntity)
    if (workspace?.value.want !== 'up' || workspace.value.state !== 'RUNNING') return false
    if (workspace.value.hibernation === 'HIBERNATED') {
      // Its network is hardly looked at while it sleeps: what has gone of it comes first.
      const moment = await readMoment(world.store, path)
      if (moment) await heal(world, moment)
      if (await wake(world, path, 'wake')) return true
    } else {
      if (!isThoughtEmpty(workspace.value)) return false
      if (await keep(world, workspace)) return false
    }
  }
  throw new Error(`workspace "${path}": others changed it ${TRIES} times in a row`)
}

/** Begins, if it is asleep, so that it is awake at the hour that its schedule names. */
export async function considerPrewarm(world: World, path: string, now: Instant): Promise<void> {
  const workspace = await read(world.store, path, WorkspaceEntity)
  if (workspace?.value.state !== 'RUNNING') return
  const { hibernation, spec } = workspace.value
  if (hibernation !== 'HIBERNATED' || !spec.prewarm) return
  const hour = hourToWakeFor(spec.prewarm, now)
  if (hour !== undefined) await wake(world, path, { prewarmFor: hour })
}

function wake(world: World, path: string, cause: Exclude<Cause, 'hibernate'>): Promise<boolean> {
  return world.store.transaction(async (transaction) => {
    const latest = await read(transaction, path, WorkspaceEntity)
    if (latest?.value.want !== 'up' || latest.value.state !== 'RUNNING') return false
    if (latest.value.hibernation !== 'HIBERNATED') return false
    const writes = await generationWrites(transaction, latest, cause)
    writeIn(transaction, writes)
    return writes.length > 0
  })
}
