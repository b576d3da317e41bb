// `npm run demo`: brings everything up, publishes the two sample requests, shows the launch, prints where its time went,
// and takes everything down again.
import { readFileSync } from 'node:fs'
import { launchPhases } from '../../shared/domain/launch-phases.ts'
import { entityPath } from '../../shared/domain/paths.ts'
import { criticalPath, ownTime, type Phase, type Span } from '../../shared/domain/timeline.ts'
import { type Counts, countsSince } from '../../shared/runtime/counts.ts'
import { realClock, seededRandom } from '../local/clock.ts'
import { profile } from '../local/profile.ts'
import { type Stack, startStack } from '../local/stack/in-process.ts'
import { type Arguments, type Command, type Flag, readArguments } from './arguments.ts'
import { entityView } from './entity-view.ts'
import { INPUT_FAULT_EXIT_CODE, InputFault } from './input-fault.ts'
import { type Progress, progressOn } from './progress.ts'
import { readEntity, type StoredEntity } from './stored-entity.ts'
import { timelineLines } from './timeline-view.ts'

const flags = {
  executors: {
    kind: 'number',
    says: 'executors of the cluster, in place of the sample',
    least: 1,
    most: 1000,
    whole: true,
  },
  speed: {
    kind: 'number',
    says: 'how much faster than life the simulated cloud runs (20)',
    least: 1,
    most: 1000,
  },
  kubernetes: { kind: 'choice', says: 'whose Kubernetes', choices: ['embedded'] },
  json: {
    kind: 'switch',
    says: 'one JSON value a line on standard output, everything else on standard error',
  },
} as const satisfies Record<string, Flag>

const command: Command<typeof flags> = {
  usage: 'npm run demo --',
  says: 'Launches a workspace and a Spark cluster from the two sample events, on a simulated Google Cloud in this process.',
  flags,
}

/** Longest time that a demo may take, ms: at speed 1 a workspace alone takes six minutes. */
const LIMIT = 20 * 60_000
const REDRAW = 100
const SEED = 1

interface Demo {
  readonly stack: Stack
  readonly clock: ReturnType<typeof realClock>
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Answers the process's exit code. */
export async function demo(argv: readonly string[]): Promise<number> {
  try {
    const read = readArguments(command, argv)
    if ('help' in read) {
      console.log(read.help)
      return 0
    }
    return await run(read.given)
  } catch (error) {
    if (!(error instanceof InputFault)) throw error
    console.error(error.message)
    return INPUT_FAULT_EXIT_CODE
  }
}

async function run(given: Arguments<typeof flags>): Promise<number> {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort(new Error('stopped'))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const clock = realClock()
  const progress = progressOn(given.json ? process.stderr : process.stdout)
  progress.note(
    'Firestore and Pub/Sub: in-process engines. Kubernetes: embedded. Google Cloud: simulated.',
  )
  const stack = await startStack({
    clock,
    // The same draws in every demo, so that two of them can be compared.
    profile: profile({ speed: given.speed ?? 20, random: seededRandom(SEED) }),
    log(severity, message, fields) {
      if (severity === 'ERROR') progress.note(`${message} ${JSON.stringify(fields)}`)
    },
  })
  try {
    return await launch({ stack, clock, progress, signal: stopping.signal }, given)
  } catch (error) {
    if (!stopping.signal.aborted) throw error
    progress.note('Stopped; nothing is left behind.')
    return 130
  } finally {
    await stack.stop()
    clock.stop()
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

// --- The launch -------------------------------------------------------------------------------------------------

async function launch(demo: Demo, given: Arguments<typeof flags>): Promise<number> {
  const wanted = sample('workspace-requested')
  const asked = withExecutors(sample('cluster-requested'), given.executors)
  const { account, workspace, cluster } = asked.data
  const paths = {
    workspace: entityPath({ kind: 'workspace', account, workspace }),
    cluster: entityPath({ kind: 'cluster', account, workspace, cluster }),
  }
  await demo.stack.publish('workspace-requested', JSON.stringify(wanted))
  const isUp = await watch(demo, paths, (shown) => shown.workspace)
  if (!isUp) return 1

  const before = { ...demo.stack.host.counts }
  const requestedAt = demo.clock.now()
  await demo.stack.publish('cluster-requested', JSON.stringify(asked))
  const isRunning = await watch(demo, paths, (shown) => shown.cluster)
  const counted = countsSince(before, demo.stack.host.counts)
  const stored = await readEntity(demo.stack.store, paths.cluster)
  const home = await readEntity(demo.stack.store, paths.workspace)
  if (!stored || !home) return 1
  const span = { startedAt: requestedAt, endedAt: stored.entity.changedAt }
  const phases = phasesOf(stored, span)
  if (given.json) console.log(JSON.stringify(summary(home, stored, phases, span, counted)))
  else console.log(`\n${timelineLines(phases, span, process.stdout.columns).join('\n')}`)
  return isRunning ? 0 : 1
}

interface Paths {
  readonly workspace: string
  readonly cluster: string
}

interface Shown {
  readonly workspace: StoredEntity | undefined
  readonly cluster: StoredEntity | undefined
}

/** Shows both entities until the chosen one has come to run, or to an end. */
async function watch(
  { stack, clock, progress, signal }: Demo,
  paths: Paths,
  choose: (shown: Shown) => StoredEntity | undefined,
): Promise<boolean> {
  const until = clock.now() + LIMIT
  for (;;) {
    const [workspace, cluster] = await Promise.all([
      readEntity(stack.store, paths.workspace),
      readEntity(stack.store, paths.cluster),
    ])
    const tree = [
      entityView(`Workspace ${paths.workspace.split('/').at(-1)}`, workspace),
      entityView(`Cluster ${paths.cluster.split('/').at(-1)}`, cluster),
    ]
    progress.show(tree, clock.now())
    const chosen = choose({ workspace, cluster })?.entity
    if (chosen?.state === 'RUNNING') return true
    if (chosen && ['FAILED', 'TERMINATED', 'NOT_PROVISIONED'].includes(chosen.state)) return false
    if (clock.now() > until) throw new Error(`not running after ${LIMIT / 60_000} minutes`)
    await clock.sleep(REDRAW, signal)
  }
}

// --- Samples ----------------------------------------------------------------------------------------------------

interface Sample {
  readonly data: {
    readonly account: string
    readonly workspace: string
    readonly cluster: string
    readonly executors: { readonly count: number }
  }
}

function sample(name: string): Sample {
  const file = new URL(`../../events/samples/${name}.json`, import.meta.url)
  // The samples are ours, and a test parses each with its event's schema.
  return JSON.parse(readFileSync(file, 'utf8')) as Sample
}

function withExecutors(event: Sample, count: number | undefined): Sample {
  if (count === undefined) return event
  return { ...event, data: { ...event.data, executors: { ...event.data.executors, count } } }
}

// --- What came of it --------------------------------------------------------------------------------------------

function phasesOf(stored: StoredEntity, span: Span): Phase[] {
  return launchPhases({
    requestedAt: span.startedAt,
    acceptedAt: stored.run?.createdAt ?? span.startedAt,
    runningAt: span.endedAt,
    ledger: stored.ledger,
    pools: stored.pools.map((pool) => ({
      pool: pool.entity.kind === 'pool' ? pool.entity.pool : '',
      ledger: pool.ledger,
    })),
    observation: stored.observation,
  })
}

function summary(
  { entity: workspace }: StoredEntity,
  { entity: cluster, observation }: StoredEntity,
  phases: readonly Phase[],
  span: Span,
  counted: Counts,
): object {
  const path = criticalPath(phases, span)
  const requested = cluster.kind === 'cluster' ? cluster.spec.executors.count : 0
  return {
    kind: 'summary',
    parts: { firestore: 'in-process', pubsub: 'in-process', kubernetes: 'embedded' },
    workspace: { id: workspace.workspace, state: workspace.state },
    cluster: {
      id: cluster.kind === 'cluster' ? cluster.cluster : '',
      state: cluster.state,
      executors: { requested, ready: observation?.level.executors.ready ?? 0 },
    },
    launch: {
      totalMs: span.endedAt - span.startedAt,
      ownMs: ownTime(path),
      criticalPath: path.map(({ step, ms }) => ({ step, ms })),
    },
    counted,
  }
}
