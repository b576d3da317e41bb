// A workspace without clusters hibernates, and wakes when one is asked for: generations whose plans differ in the GKE cluster
// and what stands in it. The race with requests is that of a pool with launches (protocol rule 10): the workspace is marked,
// its clusters are counted, and it hibernates on the version that was marked; a request takes the mark away, or wakes it.
import { ClusterEntity, WorkspaceEntity } from '../domain/entity.ts'
import { isToHibernate } from '../domain/hibernation.ts'
import { clustersOf, runPath } from '../domain/paths.ts'
import type { Plan } from '../domain/plan.ts'
import { Run } from '../domain/run.ts'
import { isSeenWithoutGap } from '../domain/unused-pool.ts'
import type { Instant } from '../domain/time.ts'
import type { Transaction, World, Write } from '../ports.ts'
import { activeRun, createRun, planOf, superseding, writeIn } from './generation.ts'
import type { Moment } from './moment.ts'
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
  const { emptySince, sleepy } = workspace.value
  if (await hasClusters(world, path)) {
    if (emptySince !== undefined || sleepy) await keep(world, workspace)
    return
  }
  if (emptySince === undefined || !isSeenWithoutGap(emptySince, lateBy, now)) {
    await keep(world, workspace, now)
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

/** Refused: somebody else has changed it, and will look or has looked. */
function keep(
  world: World,
  workspace: Stored<WorkspaceEntity>,
  emptySince?: Instant,
): Promise<boolean> {
  const { emptySince: _, sleepy: __, ...kept } = workspace.value
  const since = emptySince === undefined ? {} : { emptySince }
  return world.store.commit([updateOf(workspace, { ...kept, ...since })])
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
    writeIn(transaction, await generationWrites(transaction, latest, 'HIBERNATED'))
  })
}

/** The next generation of a workspace that runs, with its GKE cluster or without; none while it is on its way down. */
async function generationWrites(
  transaction: Transaction,
  workspace: Stored<WorkspaceEntity>,
  hibernation: 'HIBERNATED' | 'WAKING',
): Promise<Write[]> {
  const { path } = workspace.document
  const generation = workspace.value.generation + 1
  const run = await read(transaction, runPath(path, generation - 1), Run)
  const made = run && planUp(run.value)
  if (!run || made?.subject.kind !== 'workspace') return []
  const now = transaction.readTime()
  const { asleep: _, ...awake } = made.subject
  const subject = hibernation === 'HIBERNATED' ? { ...awake, asleep: true as const } : awake
  const plan = planOf(subject, generation, made)
  const request = `${hibernation === 'HIBERNATED' ? 'hibernate' : 'wake'}-${generation}`
  const { emptySince: __, sleepy: ___, ...kept } = workspace.value
  return [
    updateOf(workspace, { ...kept, generation, request, changedAt: now, hibernation }),
    createRun(path, activeRun({ path, generation, direction: 'up', request, now }, plan)),
    ...superseding(run, generation),
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
    const { hibernation, emptySince, sleepy } = workspace.value
    if (hibernation === 'HIBERNATED') {
      if (await wake(world, path)) return true
    } else {
      if (emptySince === undefined && !sleepy) return false
      if (await keep(world, workspace)) return false
    }
  }
  throw new Error(`workspace "${path}": others changed it ${TRIES} times in a row`)
}

function wake(world: World, path: string): Promise<boolean> {
  return world.store.transaction(async (transaction) => {
    const latest = await read(transaction, path, WorkspaceEntity)
    if (latest?.value.want !== 'up' || latest.value.state !== 'RUNNING') return false
    if (latest.value.hibernation !== 'HIBERNATED') return false
    const writes = await generationWrites(transaction, latest, 'WAKING')
    writeIn(transaction, writes)
    return writes.length > 0
  })
}
