// A system at rest with a document of every type: a workspace with two clusters that run and one that was deleted, and
// somebody else's workspace with a cluster. Types that only stand there for moments are written by hand.
import { deadLetterPathOf } from '../../shared/domain/dead-letter.ts'
import { Parked, parkedPathOf } from '../../shared/domain/parked.ts'
import {
  ledgerOf,
  poolsOf,
  queuePath,
  scaleUpPath,
  slotPath,
  suspectsPath,
  workspacePath,
} from '../../shared/domain/paths.ts'
import { storedTypeOf } from '../../shared/domain/stored-types.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { Fields } from '../../shared/ports.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'

export const SIBLING = `${WORKSPACE}/clusters/sibling`
export const DELETED = 'deleted'
const OTHERS = workspacePath('zeta', 'elsewhere')
export const OTHER_CLUSTER = `${OTHERS}/clusters/calm`

export const ONE = {
  executors: { count: 1, machineType: 'n2-standard-8' },
  autoterminationMinutes: 0,
}

export async function startScene(): Promise<Loop> {
  const loop = await startLoop()
  const { stack } = loop
  const ask = (topic: string, id: string, data: object) =>
    stack.publish(topic, event(topic, id, { ...data }))
  const other = { account: 'zeta', workspace: 'elsewhere', project: 'zeta-data' }
  await ask('workspace-requested', 'w-1', {})
  await ask('workspace-requested', 'w-2', other)
  await loop.reach(WORKSPACE, 'RUNNING')
  await loop.reach(OTHERS, 'RUNNING')
  await ask('cluster-requested', 'c-1', ONE)
  await ask('cluster-requested', 'c-2', { ...ONE, cluster: 'sibling' })
  await ask('cluster-requested', 'c-3', { ...ONE, cluster: DELETED })
  await ask('cluster-requested', 'c-4', {
    ...ONE,
    account: 'zeta',
    workspace: 'elsewhere',
    cluster: 'calm',
  })
  for (const path of [CLUSTER, SIBLING, `${WORKSPACE}/clusters/${DELETED}`, OTHER_CLUSTER])
    await loop.reach(path, 'RUNNING')
  await ask('cluster-change-requested', 'd-3', { cluster: DELETED, change: { action: 'delete' } })
  // The audit that reads the meter comes within that time.
  await loop.clock.advance(minutes(32))
  await putMoments(loop)
  return loop
}

/** Documents of types that a system at rest has none of. */
export async function putMoments({ stack, clock }: Loop): Promise<void> {
  const now = clock.now()
  const [pool] = await stack.store.list(poolsOf(WORKSPACE))
  const [entry] = pool ? await stack.store.list(ledgerOf(pool.path)) : []
  if (!pool || !entry) throw new Error('the scene has no pool')
  const key = entry.path.slice(entry.path.lastIndexOf('/') + 1)
  const own = { entity: pool.path, key, generation: 1, token: 't', doing: 'create' }
  const ticket = { ...own, since: now, seenAt: now }
  const sightings = [{ kind: 'network', name: 'kdl-lost-net-1', life: 1, since: now }]
  const blocks = [{ code: 'GCP_INSUFFICIENT_CAPACITY', message: 'scale.up.error', at: now }]
  const parked = {
    document: CLUSTER,
    is: 'unreadable',
    field: 'x',
    got: '1',
    allowed: '2',
    mend: 'y',
    since: now,
  }
  const letter = {
    function: 'sweep',
    cause: 'x',
    failures: 1,
    failedAt: now,
    deadAt: now,
    document: CLUSTER,
    expireAt: now + minutes(60),
  }
  const moments: readonly (readonly [string, Fields])[] = [
    [slotPath(WORKSPACE, 1), ticket],
    [queuePath(WORKSPACE, 'q'), ticket],
    [suspectsPath(WORKSPACE), { sightings }],
    [scaleUpPath(pool.path), { pool: pool.path, blocks }],
    [parkedPathOf(CLUSTER), parked],
    [deadLetterPathOf('acme', 'sweep', CLUSTER), letter],
  ]
  for (const [path, data] of moments) {
    if (!(await stack.store.get(path))) await stack.store.commit([{ op: 'create', path, data }])
  }
}

export interface Example {
  readonly path: string
  readonly data: Fields
}

/** One document of each type, and of those that entities have one of each kind of entity. */
export function documentsOf({ stack }: Loop): Example[] {
  const chosen = new Map<string, Example>()
  for (const document of stack.store.dump()) {
    if (!document.path.startsWith('accounts/acme/')) continue
    const type = storedTypeOf(document.path)
    if (!type) throw new Error(`there is no type of document at ${document.path}`)
    if (/clusters\/(?!etl\b)/.test(document.path)) continue
    if (type.name === 'request' && document.data['event'] !== 'c-1') continue
    const kind = /\/(clusters|pools)\//.exec(document.path)?.[1] ?? 'workspaces'
    const isOfEach = ['run', 'ledger entry'].includes(type.name)
    chosen.set(isOfEach ? `${type.name} ${kind}` : type.name, document)
  }
  return [...chosen.values()]
}

/** What is parked now. */
export function parkedIn({ stack }: Loop): Parked[] {
  return stack.store
    .dump()
    .filter(({ path }) => storedTypeOf(path)?.name === 'parked')
    .map(({ data }) => Parked.safeParse(data).data)
    .filter((parked) => parked !== undefined)
}
