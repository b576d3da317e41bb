// The outside of models about pools: a GKE that makes and removes node pools by operations, which end whenever they like.
import { CallError } from '../../shared/call-error.ts'
import type { NodePool } from '../../shared/google-cloud.ts'
import type { Call } from './explorer/process.ts'
import type { Move } from './explorer/explore.ts'
import type { Reply, State } from './explorer/system.ts'

interface Pool {
  readonly status: 'PROVISIONING' | 'RUNNING' | 'STOPPING'
  /** Which of the things that were ever asked for it is. */
  readonly asked: number
}

export interface WithPools {
  /** By name: what the cloud has. */
  readonly pools: Readonly<Record<string, Pool>>
  /** Operations are over as soon as they begin. */
  readonly isAtOnce?: true
}

/** What was ever asked for, each once: states hold its number. */
const asked: string[] = []

function numberOf(pool: NodePool): number {
  const text = JSON.stringify(pool)
  const known = asked.indexOf(text)
  return known < 0 ? asked.push(text) - 1 : known
}

const nodePool = ({ asked: number, status }: Pool): NodePool => ({
  ...(JSON.parse(asked[number] ?? '') as NodePool),
  status,
})

/** What a project answers that has nothing but pools. */
const NOTHING_ELSE: Readonly<Record<string, unknown>> = {
  list: [],
  hasMachineType: true,
}

export function replyOfGke<Outside extends WithPools>(
  { port, method, args }: Call,
  outside: Outside,
): Reply<Outside> {
  if (port !== 'gke') return { value: NOTHING_ELSE[method] }
  const name = method === 'createNodePool' ? (args[1] as NodePool).name : String(args[1])
  const found = outside.pools[name]
  const become = (next: WithPools['pools']): Outside => ({ ...outside, pools: next })
  switch (method) {
    case 'getNodePool':
      return { value: found && nodePool(found) }
    case 'createNodePool': {
      if (found) return { error: new CallError('exists', `${name} is there`) }
      const status = outside.isAtOnce ? 'RUNNING' : 'PROVISIONING'
      const made: Pool = { status, asked: numberOf(args[1] as NodePool) }
      return {
        value: { name: `create-${name}` },
        outside: become({ ...outside.pools, [name]: made }),
      }
    }
    case 'deleteNodePool': {
      if (!found) return { error: new CallError('not-found', `${name} is not there`) }
      if (found.status === 'PROVISIONING')
        return { error: new CallError('busy', `${name} is being made`) }
      const value = { name: `delete-${name}` }
      if (outside.isAtOnce) return { value, outside: ended(outside, name, 'STOPPING') }
      const pools = { ...outside.pools, [name]: { ...found, status: 'STOPPING' as const } }
      return { value, outside: become(pools) }
    }
    case 'getOperation':
      return { value: undefined }
    case 'listClusters':
      return { value: [] }
    case 'listNodePools':
      return { value: Object.values(outside.pools).map(nodePool) }
    case 'getCluster':
      return { value: { name: String(args[0]), status: 'RUNNING' } }
    default:
      throw new Error(`this GKE has no "${method}"`)
  }
}

/** Each operation may end now. */
export function operationsEnd<Outside extends WithPools>(
  state: State<Outside>,
): Move<State<Outside>>[] {
  return Object.entries(state.outside.pools)
    .filter(([, { status }]) => status !== 'RUNNING')
    .map(([name, pool]) => ({
      label: `GKE: ${name} ${pool.status === 'STOPPING' ? 'is gone' : 'is made'}`,
      next: () => Promise.resolve({ ...state, outside: ended(state.outside, name, pool.status) }),
    }))
}

function ended<Outside extends WithPools>(
  outside: Outside,
  name: string,
  status: Pool['status'],
): Outside {
  const { [name]: pool, ...others } = outside.pools
  if (!pool || status === 'STOPPING') return { ...outside, pools: others }
  return { ...outside, pools: { ...others, [name]: { ...pool, status: 'RUNNING' } } }
}
