// Model of a thing whose name stays the same from life to life: a workspace's topic is to be replaced by one of a new life. The
// old one's undo is finished before the new one is made, and each hand touches only what bears its own life.
import type * as RealLabels from '../../shared/manifests/labels.ts'
import type * as RealSituation from '../../shared/domain/situation.ts'
import { vi } from 'vitest'
import { snapshotTopic } from '../../events/pod-snapshot.ts'
import { CallError } from '../../shared/call-error.ts'
import { Run } from '../../shared/domain/run.ts'
import type { Plan } from '../../shared/domain/plan.ts'
import type { Topic } from '../../shared/ports.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { activeRun } from '../../shared/runtime/generation.ts'
import { inputOf } from '../../shared/runtime/step-input.ts'
import { entityOf, entryOf, itemOf, NOW, WORKSPACE, workspaceSubject } from '../situations.ts'
import { dataAt, documentsOf } from './explorer/documents.ts'
import type { Call, Handler } from './explorer/process.ts'
import type { Reply, State, System } from './explorer/system.ts'
import { boundsText, eventsOf, type Happenings, happenings, isLarge, onward } from './happenings.ts'
import { checkModel } from './model.ts'

vi.mock('../../shared/domain/situation.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealSituation>()
  const off = 'the old one goes first'
  return { ...real, predecessorsOf: unless(off, real.predecessorsOf, () => []) }
})
vi.mock('../../shared/manifests/labels.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealLabels>()
  const off = 'the old one goes first'
  const carries = unless(off, real.carries, (mark, found) =>
    real.carries({ ...mark, ...(found?.[LIFE] ? { [LIFE]: found[LIFE] } : {}) }, found),
  )
  return { ...real, carries }
})
const { LIFE } = vi.hoisted(() => ({ LIFE: 'kindling-life' }))

interface Outside extends Happenings {
  readonly topic?: Topic
}

const left: Happenings['left'] = isLarge
  ? { crash: 1, repeat: 1, minute: 2, sweep: 1, running: 3, preemption: 3 }
  : { crash: 1, minute: 1, running: 2, preemption: 2 }

const NAME = snapshotTopic('acme', 'analytics')

function reply({ port, method, args }: Call, outside: Outside): Reply<Outside> {
  if (port !== 'bus') return { value: undefined }
  const { topic, ...none } = outside
  const change = (next: Partial<Topic>) => ({
    value: undefined,
    outside: topic ? { ...outside, topic: { ...topic, ...next } } : outside,
  })
  if (method === 'getTopic') return { value: topic }
  if (method === 'createTopic') {
    if (topic) return { error: new CallError('exists', NAME) }
    const labels = args[1] as Topic['labels']
    const made = { name: NAME, labels, publishers: [], subscriptions: [] }
    return { value: undefined, outside: { ...outside, topic: made } }
  }
  if (!topic) return { error: new CallError('not-found', NAME) }
  switch (method) {
    case 'allowPublisher':
      return change({ publishers: [String(args[1])] })
    case 'subscribe':
      return change({ subscriptions: [{ name: String(args[1]), target: String(args[2]) }] })
    case 'unsubscribe':
      return change({ subscriptions: [] })
    case 'deleteTopic':
      return { value: undefined, outside: none }
    default:
      throw new Error(`this bus has no "${method}"`)
  }
}

const look: Handler = { name: 'look', run: (world) => advance(world, WORKSPACE) }

const isSettled = ({ documents }: State<Outside>): boolean =>
  dataAt(documents, `${WORKSPACE}/runs/2`)?.['is'] === 'settled'

function system(): System<Outside> {
  const [before, after] = [itemOf('agent-channel', 1), itemOf('agent-channel', 2)]
  const plan: Plan = { subject: workspaceSubject, items: [after] }
  const run = activeRun(
    { path: WORKSPACE, generation: 2, direction: 'up', request: 'request-2', now: NOW },
    plan,
  )
  const input = inputOf(before, workspaceSubject, {})
  const outputs = { gkeCluster: 'analytics-g1', endpoint: 'gke-1.example' }
  const content = {
    [WORKSPACE]: { ...entityOf(workspaceSubject, 2), state: 'RUNNING', outputs },
    [`${WORKSPACE}/runs/2`]: run,
    [`${WORKSPACE}/ledger/${before.key}`]: entryOf(before, 'present', { input }),
  }
  const made = input as { subscription: string; publisher: string; labels: Topic['labels'] }
  const topic: Topic = {
    name: NAME,
    labels: made.labels,
    publishers: [made.publisher],
    subscriptions: [{ name: made.subscription, target: 'pod-ready' }],
  }
  const { shard } = Run.parse(run) as { shard: number }
  return {
    start: {
      documents: documentsOf(content),
      now: NOW,
      outside: { events: [], left, asks: [look.name], topic },
    },
    preemptions: left.preemption,
    reply,
    isAlone: ({ port, method, args: [first] }) =>
      (method === 'get' && String(first).includes('/attempts/')) ||
      (method === 'find' && Reflect.get(first ?? {}, 'shard') !== shard) ||
      port === 'network' ||
      port === 'gke' ||
      port === 'kubernetes',
    forgets: (path) => path.includes('/facts/'),
    created: eventsOf,
    moves: (state) => happenings(state, [look]),
    onward: (state) => onward(state, [], [look]),
    invariants: {
      'settled on something': (state) =>
        isSettled(state) && state.outside.topic?.subscriptions.length !== 1
          ? 'settled, and the topic is not there or nobody listens'
          : undefined,
    },
    isGoal: isSettled,
  }
}

checkModel({
  name: 'stable name',
  rules: '3, 4',
  runs: ['advance', 'decide', 'predecessorsOf', 'step-due', 'sweep', 'execute', 'settle'],
  bounds: `a topic of a new life; ${boundsText(left)}`,
  system,
  switches: [{ off: 'the old one goes first', breaks: 'settled on something' }],
})
