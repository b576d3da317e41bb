// A request for a workspace becomes desired state, in one transaction (protocol, REQUEST).
import type { WorkspaceRequested } from '../../events/workspace-requested.ts'
import { regions, zonesOf } from '../catalog/regions.ts'
import { WorkspaceEntity, type WorkspaceSpec } from '../domain/entity.ts'
import { serviceAccountEmail } from '../domain/names.ts'
import { idOf, runPath, workspacePath } from '../domain/paths.ts'
import type { SubjectOf } from '../domain/plan.ts'
import { Run } from '../domain/run.ts'
import type { Transaction, World } from '../ports.ts'
import { wantedRanges } from './check-ranges.ts'
import { checkWorkspace, chosenOf } from './check-workspace.ts'
import { activeRun, createRun, firstAttempts, planOf, superseding, writeIn } from './generation.ts'
import type { RequestRef } from './intake.ts'
import { accepting, hasOutcome, reject, rejecting } from './outcome.ts'
import { refusal } from './refusal.ts'
import { createOf, read, type Stored, updateOf } from './stored.ts'

/** Answers the path of the workspace to look at next, or undefined when nothing was wanted of any. */
export async function acceptWorkspace(
  world: World,
  ref: RequestRef,
  wanted: WorkspaceRequested,
): Promise<string | undefined> {
  const zones = zonesOf(wanted.region)
  if (!zones) {
    await reject(world, ref, unknownRegion(wanted.region))
    return undefined
  }
  const planned = wantedRanges(wanted)
  const fault = 'fault' in planned ? planned.fault : checkWorkspace(wanted)
  if (fault || 'fault' in planned) {
    if (fault) await reject(world, ref, fault)
    return undefined
  }
  const spec: WorkspaceSpec = {
    project: wanted.project,
    region: wanted.region,
    zones: [...zones],
    serviceAccount: serviceAccountEmail(wanted, world.project),
    ranges: planned.ranges,
    ...chosenOf(wanted, zones),
  }
  return world.store.transaction((transaction) =>
    decideRequest(transaction, { ref, wanted, spec, home: world.project }),
  )
}

interface Asked {
  readonly ref: RequestRef
  readonly wanted: WorkspaceRequested
  readonly spec: WorkspaceSpec
  /** Kindling's own project. */
  readonly home: string
}

async function decideRequest(transaction: Transaction, asked: Asked): Promise<string | undefined> {
  const { ref, wanted, spec } = asked
  const { account, workspace } = wanted
  const path = workspacePath(account, workspace)
  const [isRepeat, before] = await Promise.all([
    hasOutcome(transaction, ref),
    read(transaction, path, WorkspaceEntity),
  ])
  if (isRepeat) return path
  const now = transaction.readTime()
  const subject = { workspace, entity: path }
  if (before && JSON.stringify(before.value.spec) !== JSON.stringify(spec)) {
    writeIn(transaction, rejecting(ref, otherSpec(workspace), now))
    return undefined
  }
  if (before && before.value.want !== 'down') {
    const { generation, want } = before.value
    // It runs all the same: who meets a mark removes it (protocol rule 10).
    const unmarked = want === 'marked' ? [updateOf(before, { ...before.value, want: 'up' })] : []
    const outcome = accepting(ref, 'unchanged', { ...subject, generation }, now)
    writeIn(transaction, [...outcome, ...unmarked])
    return path
  }
  if (before?.value.state === 'CANCELLING') {
    writeIn(transaction, rejecting(ref, stillGoing(workspace), now))
    return undefined
  }
  await begin(transaction, { ...asked, path, before, now })
  return path
}

interface Beginning extends Asked {
  readonly path: string
  readonly before: Stored<WorkspaceEntity> | undefined
  readonly now: number
}

async function begin(transaction: Transaction, beginning: Beginning): Promise<void> {
  const { ref, wanted, spec, home, path, before, now } = beginning
  const { account, workspace } = wanted
  const generation = (before?.value.generation ?? 0) + 1
  const previous = before && (await read(transaction, runPath(path, generation - 1), Run))
  const { project, region, serviceAccount } = spec
  const identity = { account, workspace, project, region, serviceAccount }
  const subject: SubjectOf<'workspace'> = { kind: 'workspace', identity, spec, home }
  const request = idOf(ref.path)
  const run = activeRun(
    { path, generation, direction: 'up', request, now },
    planOf(subject, generation),
  )
  const entity: WorkspaceEntity = {
    kind: 'workspace',
    account,
    workspace,
    generation,
    want: 'up',
    request,
    changedAt: now,
    spec,
    state: 'PROVISIONING',
  }
  writeIn(transaction, [
    ...accepting(ref, 'accepted', { workspace, entity: path, generation }, now),
    before ? updateOf(before, entity) : createOf(path, entity),
    createRun(path, run),
    ...superseding(previous, generation),
    ...firstAttempts(account, path, run),
  ])
}

// --- Refusals ---------------------------------------------------------------------------------------------------

function unknownRegion(region: string) {
  return refusal('INVALID_PARAMETER_VALUE', 'Kindling does not know this region', {
    field: 'data.region',
    got: region,
    allowed: Object.keys(regions).join(', '),
    mend: 'choose one of the regions listed',
  })
}

function otherSpec(workspace: string) {
  return refusal(
    'RESOURCE_ALREADY_EXISTS',
    `the workspace "${workspace}" exists with other settings`,
    {
      field: 'data.workspace',
      got: workspace,
      allowed: 'the settings that it was requested with',
      mend: 'ask for it with the same settings, or under another id; what becomes of it while nobody works is changed by workspace.change.requested with the action "edit"',
    },
  )
}

function stillGoing(workspace: string) {
  return refusal('INVALID_STATE', `the workspace "${workspace}" is still being taken down`, {
    field: 'data.workspace',
    got: workspace,
    mend: 'ask again when it is gone',
  })
}
