// The workspace that a cluster waited for runs now: its plan is frozen and its launch begins.
import { ClusterEntity, WorkspaceEntity } from '../domain/entity.ts'
import { canLaunch } from '../domain/hibernation.ts'
import { runPath, workspacePath } from '../domain/paths.ts'
import { SWEEP_PERIOD } from '../domain/protocol-times.ts'
import { nextRun, Run } from '../domain/run.ts'
import type { World } from '../ports.ts'
import { firstAttempts, planOf, writeIn } from './generation.ts'
import { arePoolsWanted, clusterSubject, usesOfPools, wantPools } from './launch.ts'
import type { Moment } from './moment.ts'
import { preFlight } from './pre-flight.ts'
import { read, updateOf } from './stored.ts'
import { takeDown } from './take-down.ts'

/** Does nothing when somebody was first or the workspace no longer runs: the caller looks again. */
export async function freezePlan(world: World, moment: Moment): Promise<void> {
  const { entity, path } = moment
  if (entity.value.kind !== 'cluster') return
  const { account, workspace: id, generation, spec } = entity.value
  const place = workspacePath(account, id)
  const seen = await read(world.store, place, WorkspaceEntity)
  if (!seen || !canLaunch(seen.value)) return
  const { short, shards } = await preFlight(world, seen.value, entity.value.cluster, spec)
  if (short) {
    await takeDown(world, path, { generation, reason: short, by: 'fail' })
    return
  }
  await wantPools(world, seen.value, spec, shards)

  await world.store.transaction(async (transaction) => {
    const [cluster, run, workspace] = await Promise.all([
      read(transaction, path, ClusterEntity),
      read(transaction, runPath(path, generation), Run),
      read(transaction, place, WorkspaceEntity),
    ])
    if (!cluster || cluster.value.generation !== generation || !run) return
    if (!workspace || !canLaunch(workspace.value)) return
    if (!(await arePoolsWanted(transaction, workspace.value, spec))) return
    const now = transaction.readTime()
    const uses = await usesOfPools(transaction, workspace.value, cluster.value.cluster, spec, now)
    // Nothing of it was made before, so this is the start that counts.
    const epoch = generation
    const subject = clusterSubject(workspace.value, cluster.value.cluster, spec, epoch)
    const plan = planOf(subject, generation)
    const frozen = nextRun(run.value, {
      type: 'frozen',
      plan,
      at: now,
      wakeAt: now + SWEEP_PERIOD,
    })
    if (!frozen) return
    const { waitsFor: _waitsFor, ...launching } = { waitsFor: undefined, ...cluster.value }
    writeIn(transaction, [
      updateOf(cluster, { ...launching, epoch, changedAt: now }),
      updateOf(run, frozen),
      ...uses,
      ...firstAttempts(account, path, frozen),
    ])
  })
}
