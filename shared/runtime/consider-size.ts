// Lets the size of a running cluster follow its load, within the range that its user gave: a new generation that nobody
// asked for, made as a user's resize is, valid only for the one that was seen, and still on behalf of the request before
// it. So whatever a user wants meanwhile wins. Decides on reports alone: silence changes nothing.
import { autoscale, loadOf, type ScaleDecision } from '../domain/autoscale.ts'
import { resizing } from '../domain/cluster-wish.ts'
import {
  ClusterEntity,
  type ClusterSpec,
  SCALED_KEPT,
  type Scaled,
  WorkspaceEntity,
} from '../domain/entity.ts'
import { effectiveSpec } from '../domain/adaptation.ts'
import { workspacePath } from '../domain/paths.ts'
import { currentLevel } from '../domain/situation.ts'
import { minutes } from '../domain/time.ts'
import type { World } from '../ports.ts'
import { sparkSize } from '../steps/spark-size.ts'
import { advance } from './advance.ts'
import { upWrites } from './cluster-generation.ts'
import { writeIn } from './generation.ts'
import { arePoolsWanted, type RunningWorkspace, wantPools } from './launch.ts'
import { type Moment, readMoment } from './moment.ts'
import { preFlight } from './pre-flight.ts'
import { read } from './stored.ts'

/** What was reported longer ago says nothing about now. */
const FRESH = minutes(5)

/** Tasks that an executor of this cluster runs side by side; undefined where its size is fixed. */
export function slotsOf({ entity }: Pick<Moment, 'entity'>): number | undefined {
  if (entity.value.kind !== 'cluster') return undefined
  const { autoscale: range, machineType } = entity.value.spec.executors
  return range && sparkSize(machineType, 'executor', entity.value.adapted?.isSmaller).cores
}

/** Does nothing for a cluster of fixed size. */
export async function considerSize(world: World, path: string): Promise<void> {
  const moment = await readMoment(world.store, path)
  const decision = moment && decideSize(moment)
  if (!moment || !decision) return
  if (await resize(world, moment, decision)) await advance(world, path)
}

function decideSize(moment: Moment): ScaleDecision | undefined {
  const { entity, run, observation, now } = moment.situation
  const slots = slotsOf(moment)
  if (entity.kind !== 'cluster' || entity.want !== 'up' || slots === undefined) return undefined
  if (entity.state !== 'RUNNING' && entity.state !== 'RESIZING') return undefined
  const { autoscale: range, count } = entity.spec.executors
  const level = currentLevel(moment.situation)
  if (!range || !level || !observation || now - observation.receivedAt > FRESH) return undefined
  const { receivedAt, spareSince = receivedAt } = observation
  const spareFor = receivedAt - Math.max(spareSince, run.createdAt)
  const decision = autoscale({ range, count, slots, load: loadOf(level.activity), spareFor })
  // While it is still being resized, only what waits for more is heard.
  return decision && decision.to < count && entity.state === 'RESIZING' ? undefined : decision
}

/** Whether the cluster has a new generation by this call: not if it has moved on, or if no more can be had. */
async function resize(world: World, moment: Moment, wanted: ScaleDecision): Promise<boolean> {
  const { path, entity: seen } = moment
  if (seen.value.kind !== 'cluster') return false
  const { account, workspace: id, cluster, generation } = seen.value
  const place = workspacePath(account, id)
  const home = await read(world.store, place, WorkspaceEntity)
  if (home?.value.state !== 'RUNNING') return false
  const to = await canHave(world, home.value, seen.value, wanted.to)
  if (to === undefined) return false
  const from = seen.value.spec.executors.count
  world.log('INFO', 'a cluster follows its load', { path, generation, from, to, why: wanted.why })

  return world.store.transaction(async (transaction) => {
    const [before, workspace] = await Promise.all([
      read(transaction, path, ClusterEntity),
      read(transaction, place, WorkspaceEntity),
    ])
    if (before?.value.generation !== generation || before.value.want !== 'up') return false
    if (workspace?.value.state !== 'RUNNING') return false
    const spec = withCount(before.value.spec, to)
    if (!(await arePoolsWanted(transaction, workspace.value, madeWith(before.value, to)))) {
      return false
    }
    const now = transaction.readTime()
    const status = resizing(before.value, to)
    const scaled: Scaled = { from, to, why: wanted.why, at: now }
    const writes = await upWrites(transaction, {
      path,
      ids: { account, workspace: id, cluster },
      before,
      workspace: workspace.value,
      latest: generation,
      request: before.value.request,
      spec,
      isStart: false,
      status,
      autoscaled: [scaled, ...(before.value.autoscaled ?? [])].slice(0, SCALED_KEPT),
      now,
    })
    writeIn(transaction, writes)
    return true
  })
}

const withCount = (spec: ClusterSpec, count: number): ClusterSpec => ({
  ...spec,
  executors: { ...spec.executors, count },
})

const madeWith = (entity: ClusterEntity, count: number): ClusterSpec =>
  withCount(effectiveSpec(entity), count)

/** Of the growth that is wanted as much as quota and addresses hold, by halves; its pools are then wanted. */
async function canHave(
  world: World,
  workspace: RunningWorkspace,
  entity: ClusterEntity,
  wanted: number,
): Promise<number | undefined> {
  const { count } = entity.spec.executors
  for (let to = wanted; to !== count; to = count + Math.trunc((to - count) / 2)) {
    const spec = madeWith(entity, to)
    const { short, shards } = await preFlight(world, workspace, entity.cluster, spec, entity)
    // What gives machines back is never held up.
    if (short && to > count) continue
    await wantPools(world, workspace, spec, shards)
    return to
  }
  world.log('WARNING', 'a cluster cannot grow with its load', { cluster: entity.cluster, wanted })
  return undefined
}
