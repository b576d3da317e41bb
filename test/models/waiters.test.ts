// Model of a cluster that is asked for while its workspace comes up: whoever is later finds the other, so that it is launched
// although no sweep comes; and the same request, sent twice, makes it once.
import type * as RealFacts from '../../shared/runtime/facts.ts'
import { vi } from 'vitest'
import type { World } from '../../shared/ports.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { entityOf, entryOf, itemOf, NOW, WORKSPACE, workspaceSubject } from '../situations.ts'
import { activeRun } from '../../shared/runtime/generation.ts'
import { blindTo } from './bent-world.ts'
import { dataAt, documentsIn, documentsOf } from './explorer/documents.ts'
import type { Handler } from './explorer/process.ts'
import { spawn } from './explorer/machine.ts'
import type { State, System } from './explorer/system.ts'
import { boundsText, type Happenings, isLarge } from './happenings.ts'
import { ETL, launch, oneShape } from './launches.ts'
import { checkModel } from './model.ts'
import { settledPool } from './pool-documents.ts'
import { isOff } from './switched.ts'

vi.mock('../../shared/runtime/pre-flight.ts', () => ({
  preFlight: () => Promise.resolve({ shards: new Map() }),
}))
vi.mock('../../shared/runtime/facts.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealFacts>()
  return {
    ...real,
    stateFact: unless('facts are created with the change', real.stateFact, () => []),
  }
})

const left: Happenings['left'] = isLarge
  ? { running: 2, preemption: 2 }
  : { running: 2, preemption: 1 }

/** Of each a new one where requests have no name of their own. */
const nameOf = (delivery: number): string =>
  isOff('source and id name a request') ? `request-${delivery}` : 'request-a'

/** As a restart would: each new request begins anew. */
const begin = () =>
  ({ is: 'up', spec: oneShape, isStart: true, status: { state: 'PENDING' } }) as const

const requests: Handler[] = [1, 2].map((delivery) => ({
  name: `request, delivery ${delivery}`,
  async run(world) {
    const path = await launch(world, 'etl', nameOf(delivery), begin)
    if (path !== undefined) await advance(world, path)
  },
}))
const comesUp: Handler = {
  name: 'the workspace comes up',
  run: (world: World) => {
    const wakesNobody = isOff('who comes up wakes those who wait')
    return advance(wakesNobody ? blindTo('clusters', world) : world, WORKSPACE)
  },
}

interface Outside extends Happenings {
  /** Deliveries of the request, and the workspace's last step, that are yet to come. */
  readonly waiting: readonly string[]
}

const all = [...requests, comesUp]

function next(state: State<Outside>) {
  if (state.processes.filter(Boolean).length >= state.outside.left.running) return []
  return state.outside.waiting.flatMap((name) => {
    const handler = all.find((one) => one.name === name)
    if (!handler) return []
    const waiting = state.outside.waiting.filter((other) => other !== name)
    const begun = { ...state, outside: { ...state.outside, waiting } }
    return [{ label: name, next: () => spawn(begun, handler) }]
  })
}

function system(): System<Outside> {
  const gke = itemOf('gke-cluster', 1)
  const run = {
    path: WORKSPACE,
    generation: 1,
    direction: 'up' as const,
    request: 'request-1',
    now: NOW,
  }
  const content = {
    ...settledPool({}),
    [WORKSPACE]: entityOf(workspaceSubject),
    [`${WORKSPACE}/runs/1`]: activeRun(run, { subject: workspaceSubject, items: [gke] }),
    [`${WORKSPACE}/ledger/${gke.key}`]: entryOf(gke, 'present'),
  }
  const waiting = all.map(({ name }) => name)
  return {
    start: { documents: documentsOf(content), now: NOW, outside: { events: [], left, waiting } },
    preemptions: left.preemption,
    reply: () => ({ value: true }),
    isAlone: ({ port }) => port === 'network',
    forgets: (path) => path.includes('/attempts/'),
    moves: next,
    onward: (state) => next(state)[0],
    invariants: {
      'one request, one generation': ({ documents }) =>
        Number(dataAt(documents, ETL)?.['generation'] ?? 1) > 1 ? 'a second generation' : undefined,
      'who is RUNNING has said so': ({ documents }) =>
        dataAt(documents, WORKSPACE)?.['state'] === 'RUNNING' &&
        documentsIn(documents, `${WORKSPACE}/facts`).every(({ path }) => !path.includes('running'))
          ? 'no fact says so'
          : undefined,
    },
    isGoal: ({ documents, outside }) =>
      outside.waiting.length === 0 && dataAt(documents, `${ETL}/runs/1`)?.['is'] === 'active',
  }
}

checkModel({
  name: 'waiters, requests and facts',
  rules: '10, 15, 16',
  runs: [
    'acceptClusterWish',
    'advance',
    'freezePlan',
    'settle',
    'stateFact',
    'decide',
    'hasOutcome',
  ],
  bounds: `one request delivered twice while its workspace comes up; no sweep; ${boundsText(left)}`,
  system,
  switches: [
    { off: 'who comes up wakes those who wait', breaks: 'goal' },
    { off: 'source and id name a request', breaks: 'one request, one generation' },
    { off: 'facts are created with the change', breaks: 'who is RUNNING has said so' },
  ],
})
