// What becomes of a workspace while nobody works is edited: no generation, because nothing that is built changes. The run keeps
// the settings too, because its alarm is computed from them, and rings sooner where they say so.
import type { Reason } from '../../events/lifecycle.ts'
import type { IdleSettings } from '../../events/workspace-change-requested.ts'
import { WorkspaceEntity, type WorkspaceSpec } from '../domain/entity.ts'
import { firstLook } from '../domain/next-look.ts'
import { runPath, workspacePath } from '../domain/paths.ts'
import { Run } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import type { Transaction, World, Write } from '../ports.ts'
import { checkPrewarm } from './check-workspace.ts'
import { unknownWorkspace } from './cluster-refusals.ts'
import { writeIn } from './generation.ts'
import type { RequestRef } from './intake.ts'
import { accepting, hasOutcome, reject, rejecting } from './outcome.ts'
import { refusal } from './refusal.ts'
import { read, type Stored, updateOf } from './stored.ts'

interface WorkspaceIds {
  readonly account: string
  readonly workspace: string
}

/** Answers the path of the workspace to look at next, or undefined when there is nothing to do. */
export async function editWorkspace(
  world: World,
  ref: RequestRef,
  ids: WorkspaceIds,
  { settings }: { readonly settings: IdleSettings },
): Promise<string | undefined> {
  const fault = checkPrewarm('data.change.settings', settings)
  if (fault) {
    await reject(world, ref, fault)
    return undefined
  }
  return world.store.transaction((transaction) => decideEdit(transaction, ref, ids, settings))
}

async function decideEdit(
  transaction: Transaction,
  ref: RequestRef,
  { account, workspace: id }: WorkspaceIds,
  settings: IdleSettings,
): Promise<string | undefined> {
  const path = workspacePath(account, id)
  const [isRepeat, workspace] = await Promise.all([
    hasOutcome(transaction, ref),
    read(transaction, path, WorkspaceEntity),
  ])
  if (isRepeat) return workspace && path
  const now = transaction.readTime()
  if (!workspace || workspace.value.want === 'down') {
    writeIn(transaction, rejecting(ref, workspace ? going(id) : unknownWorkspace(id), now))
    return undefined
  }
  const { generation } = workspace.value
  const run = await read(transaction, runPath(path, generation), Run)
  const spec = edited(workspace.value.spec, settings)
  const subject = { workspace: id, entity: path, generation }
  writeIn(transaction, [
    ...accepting(ref, 'reached', subject, now),
    updateOf(workspace, { ...workspace.value, spec }),
    ...(run ? runWrites(run, spec, now) : []),
  ])
  return path
}

function edited(spec: WorkspaceSpec, settings: IdleSettings): WorkspaceSpec {
  const { hibernateAfterHours: _, poolIdleHours: __, prewarm: ___, ...kept } = spec
  const { hibernateAfterHours, poolIdleHours, prewarm } = settings
  // In the order in which a request's are kept, so that the two can be compared.
  return {
    ...kept,
    ...(poolIdleHours === undefined ? {} : { poolIdleHours }),
    ...(hibernateAfterHours === undefined ? {} : { hibernateAfterHours }),
    ...(prewarm === undefined ? {} : { prewarm }),
  }
}

function runWrites(run: Stored<Run>, spec: WorkspaceSpec, now: Instant): Write[] {
  const { value } = run
  if (value.is !== 'settled' && value.is !== 'active') return []
  const { plan } = value
  if (plan?.subject.kind !== 'workspace') return []
  const changed = { ...value, plan: { ...plan, subject: { ...plan.subject, spec } } }
  if (changed.is === 'active') return [updateOf(run, changed)]
  const look = firstLook(changed, now)
  return [updateOf(run, { ...changed, wakeAt: Math.min(changed.wakeAt ?? look, look) })]
}

function going(workspace: string): Reason {
  return refusal('INVALID_STATE', `the workspace "${workspace}" is being taken down, or is gone`, {
    field: 'data.workspace',
    got: workspace,
    allowed: 'a workspace that is wanted',
    mend: 'ask for it again with the settings that you want',
  })
}
