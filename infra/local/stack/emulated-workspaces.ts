// All workspaces in the Firestore emulator. Across accounts, which is a question that only this stack's own tools ask; so
// it goes to the emulator's REST face and is no part of the Store port.
import type { Clock } from '../../../shared/ports.ts'
import { z } from 'zod'
import { entityRef } from '../../../shared/domain/paths.ts'
import { callLoopback } from '../loopback/loopback-call.ts'

const Answer = z.array(z.object({ document: z.object({ name: z.string() }).optional() }))

/** Paths, in order. */
export async function emulatedWorkspaces(
  clock: Clock,
  host: string,
  project: string,
): Promise<string[]> {
  const root = `projects/${project}/databases/(default)/documents`
  const answer = await callLoopback(clock, {
    url: `http://${host}/v1/${root}:runQuery`,
    headers: { authorization: 'Bearer owner' },
    body: {
      structuredQuery: {
        from: [{ collectionId: 'workspaces', allDescendants: true }],
        select: { fields: [{ fieldPath: '__name__' }] },
      },
    },
  })
  return Answer.parse(answer)
    .flatMap(({ document }) => (document ? [document.name.slice(root.length + 1)] : []))
    .filter((path) => entityRef(path)?.kind === 'workspace')
    .toSorted()
}
