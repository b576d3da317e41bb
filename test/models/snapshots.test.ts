// Model of reports in disorder: late, twice, lost, of an agent that was restarted and of the custom resource before. What
// counts in the end is the newest of the current one, pulled by the sweep where it was lost.
import { vi } from 'vitest'
import { Run } from '../../shared/domain/run.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { NOW, UID } from '../situations.ts'
import { CLUSTER, EXECUTORS, launching } from './cluster-documents.ts'
import { dataAt, documentsOf } from './explorer/documents.ts'
import type { Handler } from './explorer/process.ts'
import { spawn } from './explorer/machine.ts'
import type { State, System } from './explorer/system.ts'
import { isLarge, sweeping } from './happenings.ts'
import { checkModel } from './model.ts'
import { isOff } from './switched.ts'

// What a report brings about is the model of status.
vi.mock('../../shared/runtime/advance.ts', () => ({ advance: () => Promise.resolve() }))

type Report = keyof typeof REPORTS
interface Outside {
  readonly onTheirWay: readonly Report[]
  readonly again: number
  readonly losses: number
}

/** In the order in which they were made; each tells of another number of executors. */
const REPORTS = {
  'life before': { uid: 'uid-0', term: 9, sequence: 9, ready: 0 },
  first: { uid: UID, term: 1, sequence: 5, ready: 0 },
  'after a restart': { uid: UID, term: 2, sequence: 1, ready: 1 },
  newest: { uid: UID, term: 2, sequence: 2, ready: 2 },
}

function seenOf(name: Report) {
  const { uid, term, sequence, ready } = REPORTS[name]
  const executors = { total: EXECUTORS, ready, failed: 0 }
  return {
    uid: isOff('of the current custom resource only') ? UID : uid,
    term: isOff('terms are told') ? 1 : term,
    sequence: isOff('sequences are told') ? 1 : sequence,
    observedAt: NOW,
    level: { driver: 'ready' as const, executors, failures: [], phases: {} },
  }
}

const reporting = (name: Report): Handler => ({
  name: `report "${name}"`,
  run: (world) => observePods(world, CLUSTER, seenOf(name)),
})

function comes(state: State<Outside>, name: Report) {
  const { outside } = state
  const onTheirWay = outside.onTheirWay.filter((other) => other !== name)
  const arrive = (next: Outside) => () => spawn({ ...state, outside: next }, reporting(name))
  const arrives = { label: `report "${name}"`, next: arrive({ ...outside, onTheirWay }) }
  if (state.processes.filter(Boolean).length >= (isLarge ? 3 : 2)) return []
  return [
    arrives,
    ...(outside.again > 0
      ? [{ ...arrives, next: arrive({ ...outside, again: outside.again - 1 }) }]
      : []),
    ...(outside.losses > 0
      ? [
          {
            label: `report "${name}" is lost`,
            next: async () => ({
              ...state,
              outside: { ...outside, onTheirWay, losses: outside.losses - 1 },
            }),
          },
        ]
      : []),
  ]
}

function system(): System<Outside> {
  const onTheirWay: readonly Report[] = ['life before', 'first', 'after a restart', 'newest']
  const content = launching()
  const { shard } = Run.parse(content[`${CLUSTER}/runs/1`]) as { shard: number }
  const { uid, ...latest } = seenOf('newest')
  const status = isOff('the level is in the custom resource too') ? {} : latest
  return {
    start: {
      documents: documentsOf(content),
      now: NOW,
      outside: { onTheirWay, again: 1, losses: 1 },
    },
    reply: ({ method }) => ({
      value: method === 'get' ? { metadata: { uid }, status, spec: {} } : undefined,
    }),
    isAlone: ({ method, args: [query] }) =>
      method === 'find' && Reflect.get(query ?? {}, 'shard') !== shard,
    forgets: (path) => path.includes('/facts/'),
    moves: (state) => state.outside.onTheirWay.flatMap((name) => comes(state, name)),
    onward: (state) =>
      state.outside.onTheirWay.flatMap((name) => comes(state, name))[0] ?? {
        label: 'a minute passes, and the sweep begins',
        next: () => spawn({ ...state, now: state.now + 60_000 }, sweeping),
      },
    invariants: {},
    isGoal: ({ documents, outside }) => {
      const level = dataAt(documents, `${CLUSTER}/observations/pods`)?.['level'] ?? {}
      const isNewest = Reflect.get(Reflect.get(level, 'executors') ?? {}, 'ready') === 2
      return outside.onTheirWay.length === 0 && isNewest
    },
  }
}

checkModel({
  name: 'snapshots',
  rules: '14',
  runs: ['observePods', 'pullObservation', 'sweep'],
  bounds: `4 reports of 2 lives and 2 terms in any order; 1 lost, 1 repeated; ${isLarge ? 3 : 2} at once`,
  system,
  switches: [
    { off: 'of the current custom resource only', breaks: 'goal' },
    { off: 'terms are told', breaks: 'goal' },
    { off: 'sequences are told', breaks: 'goal' },
    { off: 'the level is in the custom resource too', breaks: 'goal' },
  ],
})
