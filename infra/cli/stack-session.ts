// Sessions on the clusters of a running stack, by the path of the cluster: what a gateway does for its users. The documents
// say whether the cluster runs at all, the workspace's agent whether it takes a session now.
import { z } from 'zod'
import { CallError } from '../../shared/call-error.ts'
import type { LedgerEntry } from '../../shared/domain/ledger.ts'
import {
  admittedByState,
  type SessionAnswer,
  unreachable,
} from '../../shared/domain/session-admission.ts'
import { NamespaceOutput } from '../../shared/steps/namespace.ts'
import type { Stack } from '../local/stack/stack.ts'
import { nameOf } from './listed-entities.ts'
import { readEntity } from './stored-entity.ts'

/** `close`: ends one that is open, if there is any. */
export const SessionAction = z.strictObject({ path: z.string(), action: z.enum(['open', 'close']) })
export type SessionAction = z.infer<typeof SessionAction>

/** Throws `not-found` for what is no cluster; `admitted` of a close = done. */
export async function changeSession(
  stack: Stack,
  { path, action }: SessionAction,
): Promise<SessionAnswer> {
  const stored = await readEntity(stack.reader, path)
  if (stored?.entity.kind !== 'cluster')
    throw new CallError('not-found', `there is no cluster ${path}`)
  const cluster = nameOf(path)
  const byState = admittedByState(cluster, stored.entity)
  if (byState.is === 'refused' && action === 'open') return byState
  const namespace = namespaceIn(stored.ledger)
  if (namespace === undefined) return unreachable(cluster, 'it has no namespace')
  if (action === 'open') return await stack.openSession(namespace)
  await stack.closeSession(namespace)
  return { is: 'admitted' }
}

/** Where the pods of a cluster are. */
export function namespaceIn(ledger: readonly LedgerEntry[]): string | undefined {
  for (const { thing } of ledger) {
    const output = thing.have === 'present' ? NamespaceOutput.safeParse(thing.output) : undefined
    if (output?.success) return output.data.namespace
  }
  return undefined
}
