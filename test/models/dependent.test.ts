// Model of the whole loop with things that stand on each other: a network and a subnet in it, made, and taken down while they
// are being made. The subnet comes after the network and goes before it.
import type * as RealLedger from '../../shared/domain/ledger.ts'
import type * as RealSituation from '../../shared/domain/situation.ts'
import { vi } from 'vitest'
import { reasonOf } from '../../shared/domain/reasons/reason.ts'
import { Run } from '../../shared/domain/run.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { activeRun, createRun, firstAttempts, planOf } from '../../shared/runtime/generation.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { entityOf, NOW, WORKSPACE, workspaceSubject } from '../situations.ts'
import { replyOfCompute, type WithNetwork } from './compute-project.ts'
import { dataAt, documentsOf } from './explorer/documents.ts'
import type { Handler } from './explorer/process.ts'
import { spawn } from './explorer/machine.ts'
import type { State, System } from './explorer/system.ts'
import { boundsText, eventsOf, type Happenings, happenings, isLarge, onward } from './happenings.ts'
import { checkModel } from './model.ts'

vi.mock('../../shared/domain/ledger.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealLedger>()
  return { ...real, isClean: unless('a clean look', real.isClean, () => true) }
})
vi.mock('../../shared/domain/situation.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealSituation>()
  const up = unless('what it stands on comes first', real.isUpToDate, () => true)
  return { ...real, isUpToDate: up }
})

interface Outside extends Happenings, WithNetwork {
  /** Somebody looks, though nothing has happened. */
  readonly looks: number
}

/** `firewall` too where there is room for it: it stands beside the subnet. */
const STEPS = new Set(isLarge ? ['network', 'subnet', 'firewall'] : ['network', 'subnet'])
const left: Happenings['left'] = isLarge
  ? { crash: 1, loss: 1, minute: 1, running: 2, preemption: 2 }
  : { crash: 1, running: 2, preemption: 1 }

const end: Handler = {
  name: 'end',
  async run(world) {
    const reason = reasonOf('USER_REQUEST', { action: 'delete' })
    if (await takeDown(world, WORKSPACE, { generation: 1, reason, by: 'test' }))
      await advance(world, WORKSPACE)
  },
}

const look: Handler = { name: 'look', run: (world) => advance(world, WORKSPACE) }

function early(state: State<Outside>) {
  const { outside, processes } = state
  if (outside.looks === 0 || processes.filter(Boolean).length >= outside.left.running) return []
  const looked = { ...state, outside: { ...outside, looks: outside.looks - 1 } }
  return [{ label: 'begins look', next: () => spawn(looked, look) }]
}

const isSettledDown = ({ documents }: State<Outside>): boolean =>
  dataAt(documents, `${WORKSPACE}/runs/2`)?.['is'] === 'settled'

function system(): System<Outside> {
  const whole = planOf(workspaceSubject, 1)
  const plan = { ...whole, items: whole.items.filter(({ step }) => STEPS.has(step)) }
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
      outside: { there: {}, events, left, asks: [end.name], looks: 1 },
    },
    preemptions: left.preemption,
    reply: replyOfCompute,
    isAlone: ({ port, method, args: [first] }) =>
      (method === 'get' && String(first).includes('/attempts/')) ||
      (method === 'find' && Reflect.get(first ?? {}, 'shard') !== shard) ||
      port === 'bus',
    forgets: (path) => path.includes('/facts/'),
    created: eventsOf,
    moves: (state) => [...happenings(state, [end]), ...early(state)],
    onward: (state) => onward(state, [], [end]),
    invariants: {
      'gone is gone': (state) =>
        isSettledDown(state) && Object.keys(state.outside.there).length > 0
          ? Object.keys(state.outside.there).join(', ')
          : undefined,
      'nothing fails': ({ documents }) => {
        const states = [dataAt(documents, `${WORKSPACE}/ledger/subnet-g1`)?.['failure']]
        return states.some(Boolean) ? 'the subnet was tried without its network' : undefined
      },
    },
    isGoal: isSettledDown,
  }
}

checkModel({
  name: 'things that stand on each other',
  rules: '1, 2, 3, 5',
  runs: ['step-due', 'sweep', 'advance', 'decide', 'takeDown', 'settle', 'execute'],
  bounds: `${[...STEPS].join(', ')}; 1 early look; ${boundsText(left)}`,
  system,
  switches: [
    { off: 'a clean look', breaks: 'gone is gone' },
    { off: 'what it stands on comes first', breaks: 'nothing fails' },
  ],
})
