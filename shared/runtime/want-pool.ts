// Makes a shared pool wanted before anything is written that relies on it (protocol rule 10). What was marked for
// retirement is kept; what was going or gone gets a new generation.
import { type Identity, type SubjectOf } from '../domain/plan.ts'
import { entityPath, runPath } from '../domain/paths.ts'
import { PoolEntity, type Shape } from '../domain/entity.ts'
import { poolOf } from '../domain/pool.ts'
import { Run } from '../domain/run.ts'
import type { World } from '../ports.ts'
import { activeRun, createRun, firstAttempts, planOf, superseding } from './generation.ts'
import { storeClock } from './store-clock.ts'
import { createOf, read, type Stored, updateOf } from './stored.ts'

export interface PoolPlace {
  readonly identity: Identity
  readonly zones: readonly string[]
  readonly gkeCluster: string
}

const TRIES = 10

/** Returns when the pool is wanted up: by this call, or by somebody else's. */
export async function wantPool(world: World, place: PoolPlace, shape: Shape): Promise<void> {
  const { account, workspace } = place.identity
  const pool = poolOf(shape)
  const path = entityPath({ kind: 'pool', account, workspace, pool })
  for (let tries = 0; tries < TRIES; tries++) {
    const entity = await read(world.store, path, PoolEntity)
    if (await isWanted(world, place, shape, path, entity)) return
  }
  throw new Error(`pool "${path}": others changed it ${TRIES} times in a row`)
}

async function isWanted(
  world: World,
  place: PoolPlace,
  shape: Shape,
  path: string,
  entity: Stored<PoolEntity> | undefined,
): Promise<boolean> {
  if (entity?.value.want === 'up') return true
  if (entity?.value.want === 'marked') {
    return world.store.commit([updateOf(entity, { ...entity.value, want: 'up' })])
  }
  return newGeneration(world, place, shape, path, entity)
}

async function newGeneration(
  world: World,
  place: PoolPlace,
  shape: Shape,
  path: string,
  entity: Stored<PoolEntity> | undefined,
): Promise<boolean> {
  const generation = (entity?.value.generation ?? 0) + 1
  const previous = entity && (await read(world.store, runPath(path, generation - 1), Run))
  const { account, workspace } = place.identity
  const now = (await storeClock(world))()
  const pool = poolOf(shape)
  const subject: SubjectOf<'pool'> = {
    kind: 'pool',
    identity: place.identity,
    zones: [...place.zones],
    gkeCluster: place.gkeCluster,
    pool,
    spec: shape,
  }
  const request = `pool-${generation}`
  const run = activeRun(
    { path, generation, direction: 'up', request, now },
    planOf(subject, generation),
  )
  const wanted: PoolEntity = {
    kind: 'pool',
    account,
    workspace,
    pool,
    generation,
    want: 'up',
    request,
    changedAt: now,
    spec: shape,
    state: 'PROVISIONING',
  }
  return world.store.commit([
    entity ? updateOf(entity, wanted) : createOf(path, wanted),
    createRun(path, run),
    ...superseding(previous, generation),
    ...firstAttempts(account, path, run),
  ])
}
