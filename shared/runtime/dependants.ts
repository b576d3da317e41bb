// Who waits for an entity: what ends, for a workspace that waits for its end; a workspace, for the clusters that wait for it;
// a pool, for the steps of its users that wait for it.
import { ClusterEntity, WorkspaceEntity } from '../domain/entity.ts'
import { clustersOf, entityPath, entityRef, usesOf, workspacePath } from '../domain/paths.ts'
import { Use } from '../domain/records.ts'
import type { World } from '../ports.ts'
import { type Moment, readMoment } from './moment.ts'
import { orPark } from './park.ts'
import { read, readReadable } from './stored.ts'

export interface Dependant {
  readonly path: string
  /** Ledger keys of what waits in it. */
  readonly keys?: readonly string[]
}

export async function dependantsOf(world: World, moment: Moment): Promise<readonly Dependant[]> {
  const ref = entityRef(moment.path)
  if (!ref) return []
  if (ref.kind === 'workspace') return waitingClusters(world, moment.path)
  const users = ref.kind === 'pool' ? await usersOf(world, moment.path, ref) : []
  if (moment.run.value.direction === 'up') return users
  const path = workspacePath(ref.account, ref.workspace)
  const workspace = await read(world.store, path, WorkspaceEntity)
  return workspace?.value.want === 'down' ? [{ path }, ...users] : users
}

async function waitingClusters(world: World, workspace: string): Promise<Dependant[]> {
  const { readable } = await readReadable(world.store, clustersOf(workspace), ClusterEntity)
  const waiting = readable.filter(({ value }) => 'waitsFor' in value && value.waitsFor)
  return waiting.map(({ document: { path } }) => ({ path }))
}

async function usersOf(
  world: World,
  pool: string,
  { account, workspace }: { readonly account: string; readonly workspace: string },
): Promise<Dependant[]> {
  const { readable } = await readReadable(world.store, usesOf(pool), Use)
  const users = await Promise.all(
    readable.map(async ({ value: { cluster } }) => {
      const path = entityPath({ kind: 'cluster', account, workspace, cluster })
      const keys = await orPark(world, () => keysThatAwait(world, path, pool))
      return keys ? [{ path, keys }] : []
    }),
  )
  return users.flat()
}

async function keysThatAwait(world: World, path: string, awaited: string): Promise<string[]> {
  const moment = await readMoment(world.store, path)
  if (moment?.run.value.is !== 'active') return []
  const { items } = moment.run.value.plan
  return items.filter((item) => item.awaits === awaited).map((item) => item.key)
}
