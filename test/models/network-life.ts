// A workspace's network and what stands in it as a system to explore: asked for, and to be taken down again.
import { reasonOf } from '../../shared/domain/reasons/reason.ts'
import { Run } from '../../shared/domain/run.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { activeRun, createRun, firstAttempts, planOf } from '../../shared/runtime/generation.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { entityOf, NOW, WORKSPACE, workspaceSubject } from '../situations.ts'
import { replyOfCompute, type WithNetwork } from './compute-project.ts'
import { dataAt, documentsIn, documentsOf } from './explorer/documents.ts'
import { spawn, startingAt } from './explorer/machine.ts'
import type { Handler } from './explorer/process.ts'
import type { State, System } from './explorer/system.ts'
import { type Asks, eventsOf, type Happenings, happenings, onward } from './happenings.ts'

interface NetworkLife extends Happenings, WithNetwork {
  /** How often somebody may look, though nothing has happened. */
  readonly looks: number
}

export interface Bounds {
  /** Which steps of the workspace's plan there are. */
  readonly steps: readonly string[]
  readonly left: Happenings['left']
  readonly looks?: number
}

const end: Handler = {
  name: 'end',
  async run(world) {
    const reason = reasonOf('USER_REQUEST', { action: 'delete' })
    if (await takeDown(world, WORKSPACE, { generation: 1, reason, by: 'test' }))
      await advance(world, WORKSPACE)
  },
}

const look: Handler = { name: 'look', run: (world) => advance(world, WORKSPACE) }

function early(state: State<NetworkLife>) {
  const { outside, processes } = state
  if (outside.looks === 0 || processes.filter(Boolean).length >= outside.left.running) return []
  const looked = { ...state, outside: { ...outside, looks: outside.looks - 1 } }
  return [{ label: 'begins look', next: () => spawn(looked, look) }]
}

const isSettledDown = ({ documents }: State<NetworkLife>): boolean =>
  dataAt(documents, `${WORKSPACE}/runs/2`)?.['is'] === 'settled'

const isMade = ({ documents }: State<NetworkLife>, steps: number): boolean => {
  const entries = documentsIn(documents, `${WORKSPACE}/ledger`)
  const made = entries.filter(({ data }) => (data['thing'] as { have: string }).have === 'present')
  return made.length === steps
}

/** It is taken down while it is being made. */
export const madeAndTakenDown = (bounds: Bounds): System<NetworkLife> => networkLife(bounds, [end])

/** All of it is there when it is taken down. */
export function takenDown(bounds: Bounds): Promise<System<NetworkLife>> {
  const making = networkLife({ steps: bounds.steps, left: { running: 1 } }, [])
  const made = {
    ...making,
    isGoal: (state: State<NetworkLife>) => isMade(state, bounds.steps.length),
  }
  return startingAt(made, networkLife(bounds, [end]))
}

function networkLife({ steps, left, looks = 0 }: Bounds, asks: Asks): System<NetworkLife> {
  const whole = planOf(workspaceSubject, 1)
  const plan = { ...whole, items: whole.items.filter(({ step }) => steps.includes(step)) }
  const run = activeRun(
    { path: WORKSPACE, generation: 1, direction: 'up', request: 'request-1', now: NOW },
    plan,
  )
  const created = [createRun(WORKSPACE, run), ...firstAttempts('acme', WORKSPACE, run)].flatMap(
    (write) => (write.op === 'create' ? [[write.path, write.data] as const] : []),
  )
  const events = created.map(([path]) => path).filter((path) => path.includes('/attempts/'))
  const content = { [WORKSPACE]: entityOf(workspaceSubject), ...Object.fromEntries(created) }
  const { shard } = Run.parse(run) as { shard: number }
  return {
    start: {
      documents: documentsOf(content),
      now: NOW,
      outside: { there: {}, events, left, asks: asks.map(({ name }) => name), looks },
    },
    preemptions: left.preemption,
    reply: replyOfCompute,
    isAlone: ({ port, method, args: [first] }) =>
      (method === 'get' && String(first).includes('/attempts/')) ||
      (method === 'find' && Reflect.get(first ?? {}, 'shard') !== shard) ||
      port === 'bus',
    forgets: (path) => path.includes('/facts/'),
    created: eventsOf,
    moves: (state) => [...happenings(state, asks), ...early(state)],
    onward: (state) => onward(state, [], asks),
    invariants: {
      'gone is gone': (state) =>
        isSettledDown(state) && Object.keys(state.outside.there).length > 0
          ? Object.keys(state.outside.there).join(', ')
          : undefined,
      'nothing fails': ({ documents }) => {
        const states = [dataAt(documents, `${WORKSPACE}/ledger/subnet-g1`)?.['failure']]
        return states.some(Boolean) ? 'the subnet was tried without its network' : undefined
      },
      'nothing is pulled from under another': ({ outside }) =>
        outside.pulled ? 'the network was to go while something stood in it' : undefined,
    },
    isGoal: isSettledDown,
  }
}
