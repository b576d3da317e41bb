// A workspace is to change: edited (edit-workspace.ts), or deleted. Marked first, so that no cluster begins in it; then its clusters are counted; then it goes,
// or the mark does (protocol rule 10).
import type { Reason } from '../../events/lifecycle.ts'
import type { WorkspaceChangeRequested } from '../../events/workspace-change-requested.ts'
import { ClusterEntity, WorkspaceEntity } from '../domain/entity.ts'
import { clustersOf, idOf, workspacePath } from '../domain/paths.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import type { Transaction, World } from '../ports.ts'
import { unknownWorkspace } from './cluster-refusals.ts'
import { editWorkspace } from './edit-workspace.ts'
import { writeIn } from './generation.ts'
import type { RequestRef } from './intake.ts'
import { accepting, hasOutcome, rejecting } from './outcome.ts'
import { refusal } from './refusal.ts'
import { read, readReadable, updateOf } from './stored.ts'
import { downWrites } from './take-down.ts'

/** Found changed once more, the deletion is refused, and says so. */
const TRIES = 3

/** Answers the path of the workspace to look at next, or undefined when there is nothing to do. */
export async function acceptWorkspaceChange(
  world: World,
  ref: RequestRef,
  wanted: WorkspaceChangeRequested,
): Promise<string | undefined> {
  const path = workspacePath(wanted.account, wanted.workspace)
  const { account, workspace, change } = wanted
  if (change.action === 'edit') return editWorkspace(world, ref, { account, workspace }, change)
  if (!change.force) await mark(world, ref, path)
  const deletion = { workspace, force: change.force }
  return world.store.transaction((transaction) => decideRequest(transaction, ref, deletion, path))
}

/** Tries again where the workspace has changed just then: most of its changes have nothing to do with a deletion. */
async function mark(world: World, ref: RequestRef, path: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const [workspace, isRepeat] = await Promise.all([
      read(world.store, path, WorkspaceEntity),
      world.store.get(ref.path),
    ])
    if (isRepeat || workspace?.value.want !== 'up') return
    if (await world.store.commit([updateOf(workspace, { ...workspace.value, want: 'marked' })]))
      return
  }
}

async function decideRequest(
  transaction: Transaction,
  ref: RequestRef,
  deletion: { readonly workspace: string; readonly force: boolean },
  path: string,
): Promise<string | undefined> {
  const { workspace: id, force } = deletion
  const [isRepeat, workspace, clusters] = await Promise.all([
    hasOutcome(transaction, ref),
    read(transaction, path, WorkspaceEntity),
    readReadable(transaction, clustersOf(path), ClusterEntity),
  ])
  if (isRepeat) return workspace && path
  const now = transaction.readTime()
  if (!workspace) {
    writeIn(transaction, rejecting(ref, unknownWorkspace(id), now))
    return undefined
  }
  const { generation, want } = workspace.value
  const subject = { workspace: id, entity: path }
  if (want === 'down') {
    writeIn(transaction, accepting(ref, 'unchanged', { ...subject, generation }, now))
    return path
  }
  const live = clusters.readable.filter(({ value }) => value.state !== 'TERMINATED')
  // One that cannot be read may live.
  const count = live.length + clusters.malformed.length
  if (!force && (count > 0 || want !== 'marked')) {
    const reason = count > 0 ? inUse(id, count, live[0]?.value) : justChanged(id)
    const unmarked = updateOf(workspace, { ...workspace.value, want: 'up' })
    writeIn(transaction, [...rejecting(ref, reason, now), unmarked])
    return undefined
  }
  const down = { reason: reasonOf('USER_REQUEST', { action: 'delete' }), request: idOf(ref.path) }
  writeIn(transaction, [
    ...accepting(ref, 'accepted', { ...subject, generation: generation + 1 }, now),
    ...(await downWrites(transaction, path, workspace, down)),
  ])
  return path
}

// --- Refusals ---------------------------------------------------------------------------------------------------

function inUse(workspace: string, live: number, first: ClusterEntity | undefined): Reason {
  return refusal('INVALID_STATE', `the workspace "${workspace}" has clusters that have not ended`, {
    field: 'data.change.force',
    got: `${live}, such as "${first?.cluster}" (${first?.state})`,
    allowed: 'a workspace whose clusters are all TERMINATED or deleted, or "force": true',
    mend: 'terminate its clusters first, or send "force": true to end them with it',
  })
}

function justChanged(workspace: string): Reason {
  return refusal('INVALID_STATE', `the workspace "${workspace}" was changed at the same time`, {
    field: 'data.workspace',
    got: workspace,
    mend: 'ask again',
  })
}
