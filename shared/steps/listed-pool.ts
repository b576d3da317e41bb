// The pool of one listed shape (rule *pool-limits*): made wanted with the workspace and then coming by runs of its own, so
// that the workspace does not wait for it, and a launch finds it there. Listing is a use, as a cluster's is: it keeps the
// empty pool, which costs nothing.
import { parseDocument } from '../domain/document-fault.ts'
import { minutes } from '../domain/time.ts'
import { PoolEntity, type Shape } from '../domain/entity.ts'
import { entityPath, LISTED_USE, usePath } from '../domain/paths.ts'
import { type PoolPlace, poolOf } from '../domain/pool.ts'
import { gkeCluster } from './gke-cluster.ts'
import { type Observed, step, type StepPorts } from './step.ts'

type Input = {
  readonly place: PoolPlace
  readonly shape: Shape
  /** Paths of the pool and of the use. */
  readonly pool: string
  readonly use: string
}
type Output = { readonly pool: string }

async function observe({ store }: StepPorts, input: Input): Promise<Observed<Output>> {
  if (!(await store.get(input.use))) return { is: 'absent' }
  const document = await store.get(input.pool)
  const pool = document && parseDocument(PoolEntity, document)
  return pool?.want === 'up' ? { is: 'present', output: { pool: pool.pool } } : { is: 'partial' }
}

export const listedPool = step({
  name: 'listed-pool',
  title: 'Pool of a listed shape',
  kind: 'workspace',
  lane: 'entities',
  attempts: 8,
  timeoutMs: minutes(20),
  isIn: ({ asleep }) => asleep !== true,
  after: { gkeCluster },
  instances: ({ spec }) => spec.shapes?.length ?? 0,
  input: ({ subject: { identity, spec }, index }, outputs): Input => {
    const shape = spec.shapes?.[index - 1]
    if (!shape) throw new RangeError(`the workspace lists no shape ${index}`)
    const { account, workspace } = identity
    const pool = entityPath({ kind: 'pool', account, workspace, pool: poolOf(shape) })
    const place = { identity, zones: spec.zones, gkeCluster: outputs.gkeCluster.gkeCluster }
    return { place, shape, pool, use: usePath(pool, LISTED_USE) }
  },
  observe,
  async apply(ports, input: Input) {
    // Wanted before it is relied on (protocol rule 10).
    await ports.wantPool(input.place, input.shape)
    const data = { cluster: LISTED_USE, since: ports.clock.now() }
    // Refused: the use was there already.
    await ports.store.commit([{ op: 'create', path: input.use, data }])
    const seen = await observe(ports, input)
    return seen.is === 'present' ? seen : { is: 'pending', lookIn: 0 }
  },
  async undo({ store }, { use }) {
    const found = await store.get(use)
    if (found) await store.commit([{ op: 'delete', from: found }])
    return {}
  },
})
