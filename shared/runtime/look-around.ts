// What the sweep looks for besides the steps that are due: a snapshot that was lost, a slot that nobody freed, work that has
// ended, things that have come apart, and things that nobody knows of.
import { ORPHAN_AGE } from '../domain/audit.ts'
import { PATIENT_TRIES } from '../domain/next-look.ts'
import { runPath, workspacePath } from '../domain/paths.ts'
import { nextRun, Run } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import type { World } from '../ports.ts'
import { auditWorkspace } from './audit.ts'
import { checkRelated } from './check-related.ts'
import { considerSize } from './consider-size.ts'
import { heal } from './heal.ts'
import { considerHibernation, considerPrewarm } from './hibernate.ts'
import { considerIdle } from './idle.ts'
import { readMeter } from './read-meter.ts'
import type { Moment } from './moment.ts'
import { pullObservation } from './observe-pods.ts'
import { parkOrLog } from './park.ts'
import { considerUnused } from './retire-pool.ts'
import { freeForgottenSlots } from './slots.ts'
import { read, updateOf } from './stored.ts'
import { wantLostPools } from './want-lost-pools.ts'

/** How often a workspace that is gone is still audited: what the latest hand may have made is found by then ... */
const AUDITS_AFTER_END = 3
/** ... and for so long its removal is tried; whoever has taken our rights away has to do it. */
const REMOVALS_AFTER_END = 100
/** One thing that cannot be looked at must not keep the others from it. */
async function tried(world: World, path: string, look: () => Promise<unknown>): Promise<void> {
  try {
    await look()
  } catch (error) {
    await parkOrLog(world, error, 'WARNING', 'sweep could not look around', { path })
  }
}

/** For an entity that is there. `lateBy`: milliseconds that this look comes later than it was due, by the store's clock. */
export async function lookAround(world: World, moment: Moment, lateBy: number): Promise<void> {
  const { path } = moment
  const entity = moment.entity.value
  await tried(world, path, () => heal(world, moment))
  await tried(world, path, () => checkRelated(world, path, entity))
  if (entity.kind === 'workspace') await unmark(world, moment)
  if (entity.kind !== 'cluster') {
    const workspace = workspacePath(entity.account, entity.workspace)
    await tried(world, path, () => freeForgottenSlots(world, workspace))
  }
  if (entity.kind === 'workspace') {
    await tried(world, path, () => considerHibernation(world, moment, lateBy))
    await tried(world, path, () => considerPrewarm(world, path, moment.situation.now))
  }
  if (entity.kind === 'pool') await tried(world, path, () => considerUnused(world, moment, lateBy))
  if (entity.kind !== 'cluster' || entity.want !== 'up') return
  await tried(world, path, () => wantLostPools(world, moment))
  await tried(world, path, async () => {
    await pullObservation(world, moment)
    if (entity.spec.executors.autoscale) await considerSize(world, path)
    if (entity.state === 'RUNNING') await considerIdle(world, path)
  })
}

/**
 * A mark is counted against at once; one that is found lying about was left by a process that died, and would refuse all
 * clusters for ever. A deletion that is deciding just now finds it gone, and says so.
 */
async function unmark(world: World, { entity }: Moment): Promise<void> {
  if (entity.value.want !== 'marked') return
  await world.store.commit([updateOf(entity, { ...entity.value, want: 'up' })])
}

/** For the newest run of a workspace, also of one that is gone. */
export async function lookForOrphans(world: World, path: string, run: Run): Promise<void> {
  const isDue = run.is === 'settled' || (run.is === 'active' && run.tries > PATIENT_TRIES)
  if (!isDue || run.plan?.subject.kind !== 'workspace') return
  const { plan } = run
  await tried(world, path, () => readMeter(world, path, plan.subject.identity))
  await tried(world, path, async () => {
    const isSuspicious = await auditWorkspace(world, path, plan)
    await planNextAudit(world, path, run, isSuspicious)
  })
}

/** What is suspected is looked at again soon; what is gone for good, and clean, no more. */
async function planNextAudit(
  world: World,
  path: string,
  { generation, direction, tries }: Run,
  isSuspicious: boolean,
): Promise<void> {
  const most = isSuspicious ? REMOVALS_AFTER_END : AUDITS_AFTER_END
  const isOver = direction === 'down' && tries >= most
  if (!isSuspicious && !isOver) return
  const { run, now } = await world.store.snapshot(async (reader) => ({
    run: await read(reader, runPath(path, generation), Run),
    now: reader.readTime(),
  }))
  if (run?.value.is !== 'settled') return
  const at: Instant | undefined = isOver ? undefined : now + ORPHAN_AGE
  const next = nextRun(run.value, { type: 'audited', wakeAt: at })
  // Refused: it is settled no more, or another sweep has come.
  if (next) await world.store.commit([updateOf(run, next)])
}
