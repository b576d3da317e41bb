// Makes a shared pool wanted before anything is written that relies on it (protocol rule 10). What was marked for
// retirement is kept; what was going or gone gets a new generation.
import type { Plan, SubjectOf } from '../domain/plan.ts'
import { entityPath, runPath, workspacePath } from '../domain/paths.ts'
import { PoolEntity, type Shape, WorkspaceEntity } from '../domain/entity.ts'
import { type PoolPlace, poolOf } from '../domain/pool.ts'
import { Run } from '../domain/run.ts'
import type { World, Write } from '../ports.ts'
import { answerTo } from './answer-to.ts'
import { activeRun, createRun, firstAttempts, planOf, superseding, writeIn } from './generation.ts'
import { zonesOffering } from './machine-offers.ts'
import { storeClock } from './store-clock.ts'
import { createOf, read, type Stored, updateOf } from './stored.ts'

const TRIES = 10

/** Returns when the pool is wanted up, with so many shards or more: by this call, or by somebody else's. */
export async function wantPool(
  world: World,
  place: PoolPlace,
  shape: Shape,
  shards = 1,
): Promise<void> {
  const { account, workspace } = place.identity
  const pool = poolOf(shape)
  const path = entityPath({ kind: 'pool', account, workspace, pool })
  for (let tries = 0; tries < TRIES; tries++) {
    const entity = await read(world.store, path, PoolEntity)
    if (await isWanted(world, { place, shape, shards, path, entity })) return
  }
  throw new Error(`pool "${path}": others changed it ${TRIES} times in a row`)
}

interface Wanted {
  readonly place: PoolPlace
  readonly shape: Shape
  readonly shards: number
  readonly path: string
  readonly entity: Stored<PoolEntity> | undefined
}

async function isWanted(world: World, wanted: Wanted): Promise<boolean> {
  const { entity, shards } = wanted
  const isLarge = entity !== undefined && (entity.value.shards ?? 1) >= shards
  if (entity && !isIn(wanted.place.gkeCluster, entity.value)) return newGeneration(world, wanted)
  if (entity?.value.want === 'up' && isLarge && entity.value.unusedSince === undefined) return true
  if (entity?.value.want === 'marked' || (entity?.value.want === 'up' && isLarge)) {
    // Its time without uses begins anew: what this launch does with it may be over before it is looked at again.
    const { unusedSince: _, ...pool } = entity.value
    const isKept = await world.store.commit([updateOf(entity, { ...pool, want: 'up' })])
    return isKept && isLarge
  }
  return newGeneration(world, wanted)
}

/** Whether the pool stands in this GKE cluster, not in one that went when the workspace hibernated. */
export function isIn(host: string, { gkeCluster = host }: PoolEntity): boolean {
  return gkeCluster === host
}

/** Not every zone has every machine type, and GKE makes no pool in a zone without (rule *zone*). */
async function zonesOf(world: World, { identity, zones }: PoolPlace, shape: Shape) {
  const offering = zonesOffering(world.network(identity), shape.machineType, zones)
  const { value = [] } = await answerTo(world, 'zones of a machine type', offering)
  // Without an answer, GKE's own refusal tells.
  return value.length > 0 ? value : [...zones]
}

/** Comes again, or grows: then what it has stays, and whoever uses it goes on. */
async function newGeneration(world: World, wanted: Wanted): Promise<boolean> {
  const { place, shape, shards, path, entity } = wanted
  const generation = (entity?.value.generation ?? 0) + 1
  const previous = entity && (await read(world.store, runPath(path, generation - 1), Run))
  const isGrowing = entity?.value.want === 'up' && isIn(place.gkeCluster, entity.value)
  const made = isGrowing ? planUp(previous?.value) : undefined
  const { account, workspace } = place.identity
  const now = (await storeClock(world))()
  const pool = poolOf(shape)
  const size = shards > 1 ? { shards } : {}
  const subject: SubjectOf<'pool'> = {
    kind: 'pool',
    identity: place.identity,
    zones: made?.subject.kind === 'pool' ? made.subject.zones : await zonesOf(world, place, shape),
    gkeCluster: place.gkeCluster,
    pool,
    spec: shape,
    ...size,
  }
  const request = `pool-${generation}`
  const plan = planOf(subject, generation, made)
  const run = activeRun({ path, generation, direction: 'up', request, now }, plan)
  const next: PoolEntity = {
    kind: 'pool',
    account,
    workspace,
    pool,
    generation,
    want: 'up',
    request,
    changedAt: now,
    spec: shape,
    ...size,
    gkeCluster: place.gkeCluster,
    state: isGrowing && entity.value.state === 'RUNNING' ? 'RUNNING' : 'PROVISIONING',
  }
  const writes = [
    entity ? updateOf(entity, next) : createOf(path, next),
    createRun(path, run),
    ...superseding(previous, generation),
    ...firstAttempts(account, path, ofThisGeneration(run, plan)),
  ]
  return commitUnlessWorkspaceGoes(world, wanted, writes)
}

/**
 * A pool that comes after its workspace has gone would be ended by nobody. What is not written then is not missed: whoever
 * relies on the pool reads the workspace too.
 */
function commitUnlessWorkspaceGoes(
  world: World,
  { place, path, entity }: Wanted,
  writes: readonly Write[],
): Promise<boolean> {
  const { account, workspace: id } = place.identity
  const seen = writes.flatMap((write) => (write.op === 'update' ? [write.from] : []))
  return world.store.transaction(async (transaction) => {
    const [workspace, pool, ...newest] = await Promise.all([
      read(transaction, workspacePath(account, id), WorkspaceEntity),
      transaction.get(path),
      ...seen.map((document) => transaction.get(document.path)),
    ])
    if (!workspace || workspace.value.want === 'down') return true
    const isMoved =
      workspace.value.state === 'RUNNING' && workspace.value.outputs.gkeCluster !== place.gkeCluster
    if (isMoved) return true
    const isAsSeen = newest.every((document, at) => document?.version === seen[at]?.version)
    if (!isAsSeen || pool?.version !== entity?.document.version) return false
    writeIn(transaction, writes)
    return true
  })
}

function planUp(run: Run | undefined): Plan | undefined {
  return run?.direction === 'up' && run.is !== 'waiting' ? run.plan : undefined
}

/** The run with what is new in it alone: what it keeps is looked at by the next `advance`. */
function ofThisGeneration(run: Run, plan: Plan): Run {
  if (run.is !== 'active') return run
  return {
    ...run,
    plan: { ...plan, items: plan.items.filter(({ life }) => life === run.generation) },
  }
}
