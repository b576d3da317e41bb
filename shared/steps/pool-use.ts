// A cluster's use of a shared pool (protocol rule 10): a document under the pool that keeps it from being retired. The pool
// itself is an entity with runs of its own; the cluster only waits for it.
import { parseDocument } from '../domain/document-fault.ts'
import { minutes } from '../domain/time.ts'
import { PoolEntity } from '../domain/entity.ts'
import { entityPath, usePath } from '../domain/paths.ts'
import type { SubjectOf } from '../domain/plan.ts'
import { PermanentError, type Observed, type Started, step, type StepPorts } from './step.ts'

type Input = { readonly pool: string; readonly use: string; readonly cluster: string }
type Output = { readonly pool: string }

async function observe({ store }: StepPorts, input: Input): Promise<Observed<Output>> {
  if (!(await store.get(input.use))) return { is: 'absent' }
  const document = await store.get(input.pool)
  const pool = document && parseDocument(PoolEntity, document)
  if (pool?.state === 'FAILED') return { is: 'broken', error: new PermanentError(pool.reason) }
  if (pool?.state !== 'RUNNING') return { is: 'pending' }
  return { is: 'present', output: { pool: pool.pool } }
}

async function apply(ports: StepPorts, input: Input): Promise<Started<Output>> {
  const data = { cluster: input.cluster, since: ports.clock.now() }
  // Refused: the use was there already.
  await ports.store.commit([{ op: 'create', path: input.use, data }])
  const seen = await observe(ports, input)
  if (seen.is === 'broken') throw seen.error
  return seen.is === 'present' ? seen : { is: 'pending' }
}

async function undo({ store }: StepPorts, input: Input): Promise<Record<string, never>> {
  const use = await store.get(input.use)
  if (use) await store.commit([{ op: 'delete', from: use }])
  return {}
}

function pathOf({ identity }: SubjectOf<'cluster'>, pool: string): string {
  const { account, workspace } = identity
  return entityPath({ kind: 'pool', account, workspace, pool })
}

/** The step that waits for the pool of one role's machines. */
export function poolUse(name: string, title: string, role: 'driver' | 'executor') {
  return step({
    name,
    title,
    kind: 'cluster',
    lane: 'store',
    attempts: 5,
    timeoutMs: minutes(70),
    after: {},
    awaits: (subject) => pathOf(subject, subject.pools[role]),
    // Another pool is waited for anew. The use of the one before ends when the run settles: the other role may share it.
    content: ({ pools }) => pools[role],
    input: ({ subject }): Input => {
      const pool = pathOf(subject, subject.pools[role])
      return { pool, use: usePath(pool, subject.cluster), cluster: subject.cluster }
    },
    observe,
    apply,
    undo,
  })
}
