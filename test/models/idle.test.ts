// Model of ending an idle cluster while a user may come: drained first, and ended only on a report that was made after the
// drain was seen, it never ends under a session.
import { minutes } from '../../shared/domain/time.ts'
import type { World } from '../../shared/ports.ts'
import { reasonOf } from '../../shared/domain/reasons/reason.ts'
import { considerIdle } from '../../shared/runtime/idle.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { NOW, UID } from '../situations.ts'
import { CLUSTER, EXECUTORS, launching } from './cluster-documents.ts'
import { dataAt, documentsOf } from './explorer/documents.ts'
import type { Move } from './explorer/explore.ts'
import type { Call, Handler } from './explorer/process.ts'
import { spawn } from './explorer/machine.ts'
import { isRunning } from './explorer/places.ts'
import type { Reply, State, System } from './explorer/system.ts'
import { isLarge } from './happenings.ts'
import { checkModel } from './model.ts'
import { isOff } from './switched.ts'

interface Outside {
  /** On the custom resource. */
  readonly drain: string | null
  /** What agent and gateway know of it: they let nobody in. */
  readonly refusesFor: string | null
  readonly session: 'none' | 'open' | 'over'
  /** Reports that were made and have not come in. */
  readonly onTheirWay: readonly Report[]
  readonly made: number
  readonly asks: number
}
interface Report {
  readonly sequence: number
  readonly isBusy: boolean
  readonly drainSeen: string | null
}

const REPORTS = isLarge ? 3 : 2
const ASKS = 2
/** Idle for longer than its limit of an hour. */
const LONG_AGO = NOW - minutes(90)

function levelOf({ isBusy, drainSeen }: Report) {
  const executors = { total: EXECUTORS, ready: EXECUTORS, failed: 0 }
  const activity = { runningJobs: 0, openSessions: isBusy ? 1 : 0, lastActiveAt: LONG_AGO }
  const drained = drainSeen === null ? {} : { drainSeen }
  return { driver: 'ready' as const, executors, failures: [], phases: {}, activity, ...drained }
}

const idleReport = { uid: UID, term: 1, sequence: 0, observedAt: LONG_AGO, receivedAt: LONG_AGO }

const asking: Handler = {
  name: 'ask whether it is idle',
  run: (world) => (isOff('asked twice') ? endAtOnce(world) : considerIdle(world, CLUSTER)),
}

/** On the last report, whenever that was made. */
async function endAtOnce(world: World): Promise<void> {
  const reason = reasonOf('INACTIVITY', { inactivity_duration_min: '60' })
  await takeDown(world, CLUSTER, { generation: 1, reason, by: 'idle' })
}

const arriving = (report: Report): Handler => ({
  name: `report ${report.sequence}: ${report.isBusy ? 'busy' : 'quiet'}, drain ${report.drainSeen}`,
  run: (world) =>
    observePods(world, CLUSTER, {
      ...idleReport,
      sequence: report.sequence,
      level: levelOf(report),
    }),
})

function reply({ port, method, args }: Call, outside: Outside): Reply<Outside> {
  if (port !== 'kubernetes') return { value: undefined }
  if (method === 'get') {
    const spec = outside.drain === null ? {} : { drain: outside.drain }
    return { value: { metadata: { uid: UID }, spec } }
  }
  const patch = args[1] as { spec: { drain: string | null } }
  return { value: undefined, outside: { ...outside, drain: patch.spec.drain } }
}

/** The agent reads the custom resource, lets nobody in from then on, and reports what it sees. */
function inTheCluster(state: State<Outside>): Move<State<Outside>>[] {
  const { outside } = state
  const become = (change: Partial<Outside>) => async () => ({
    ...state,
    outside: { ...outside, ...change },
  })
  const moves: Move<State<Outside>>[] = []
  const obeys = isOff('who reports the drain refuses sessions') ? null : outside.drain
  if (outside.refusesFor !== obeys)
    moves.push({ label: 'agent and gateway see the drain', next: become({ refusesFor: obeys }) })
  if (outside.session === 'none' && outside.refusesFor === null)
    moves.push({ label: 'a user opens a session', next: become({ session: 'open' }) })
  if (outside.session === 'open')
    moves.push({ label: 'the session is over', next: become({ session: 'over' }) })
  if (outside.made < REPORTS) {
    const drainSeen = isOff('who reports the drain refuses sessions')
      ? outside.drain
      : outside.refusesFor
    const report = { sequence: outside.made + 1, isBusy: outside.session === 'open', drainSeen }
    const onTheirWay = [...outside.onTheirWay, report]
    moves.push({
      label: `report ${report.sequence} is made`,
      next: become({ onTheirWay, made: report.sequence }),
    })
  }
  return moves
}

function comingIn(state: State<Outside>): Move<State<Outside>>[] {
  const { outside } = state
  if (state.processes.filter(Boolean).length >= 2) return []
  const asked = { ...state, outside: { ...outside, asks: outside.asks - 1 } }
  return [
    ...outside.onTheirWay.map((report) => {
      const onTheirWay = outside.onTheirWay.filter((other) => other !== report)
      const handler = arriving(report)
      return {
        label: handler.name,
        next: () => spawn({ ...state, outside: { ...outside, onTheirWay } }, handler),
      }
    }),
    ...(outside.asks > 0 && !isRunning(state, asking.name)
      ? [{ label: asking.name, next: () => spawn(asked, asking) }]
      : []),
  ]
}

const isEnded = ({ documents }: State<Outside>): boolean =>
  dataAt(documents, CLUSTER)?.['want'] === 'down'

function system(): System<Outside> {
  const quiet = { sequence: 0, isBusy: false, drainSeen: null }
  const executors = { requested: EXECUTORS, ready: EXECUTORS }
  const content = launching({ state: 'RUNNING', executors })
  const run = { ...content[`${CLUSTER}/runs/1`], createdAt: LONG_AGO }
  const observation = { ...idleReport, level: levelOf(quiet), idleSince: LONG_AGO }
  const documents = documentsOf({
    ...content,
    [`${CLUSTER}/runs/1`]: run,
    [`${CLUSTER}/observations/pods`]: observation,
  })
  const outside = {
    drain: null,
    refusesFor: null,
    session: 'none' as const,
    onTheirWay: [],
    made: 0,
    asks: ASKS,
  }
  return {
    start: { documents, now: NOW, outside },
    preemptions: isLarge ? 2 : 1,
    reply,
    forgets: (path) => path.includes('/facts/') || path.includes('/attempts/'),
    moves: (state) => [...inTheCluster(state), ...comingIn(state)],
    onward: (state) =>
      comingIn(state)[0] ?? inTheCluster(state).find(({ label }) => !label.startsWith('a user')),
    invariants: {
      'no cluster ends under a session': (state) =>
        isEnded(state) && state.outside.session === 'open' ? 'a session is open' : undefined,
    },
    // An end takes two questions and a report between them; where they are used up, nothing is owed.
    isGoal: (state) =>
      isEnded(state) || (state.outside.made === REPORTS && comingIn(state).length === 0),
  }
}

checkModel({
  name: 'idle asked twice',
  rules: '13',
  runs: ['considerIdle', 'observePods', 'quietSince', 'isQuiet', 'takeDown', 'advance'],
  bounds: `one session, ${REPORTS} reports in any order, ${ASKS} questions, preemption ${isLarge ? 2 : 1}; 2 at once`,
  system,
  switches: [
    { off: 'asked twice', breaks: 'no cluster ends under a session' },
    { off: 'who reports the drain refuses sessions', breaks: 'no cluster ends under a session' },
  ],
})
