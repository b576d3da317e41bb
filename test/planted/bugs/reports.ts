// Mistakes with what agents report, and with idleness.
import { inFile, type PlantedBug } from '../planted-bug.ts'

const OBSERVE = 'shared/runtime/observe-pods.ts'
const IDLE = 'shared/runtime/idle.ts'
const QUIET = 'shared/domain/quiet.ts'
const SITUATION = 'shared/domain/situation.ts'

export const reportBugs: readonly PlantedBug[] = [
  {
    name: 'report-taken-as-an-edge',
    says: 'a late report counts, although a newer one has been taken in',
    edits: inFile(
      OBSERVE,
      'if (before && before.value.uid === seen.uid && !isNewer(seen, before.value))',
      'if (before && before.value.uid === seen.uid && seen.sequence < 0)',
    ),
    scenarios: ['launch-new-pools', 'restart', 'resize-up'],
    modes: ['hung', 'died'],
    call: 'pod-ready',
  },
  {
    name: 'last-report-not-asked-for',
    says: 'a last report that was lost is never asked for',
    edits: inFile(
      'shared/runtime/look-around.ts',
      '    await pullObservation(world, moment)\n',
      '    if (world.clock.now() < 0) await pullObservation(world, moment)\n',
    ),
    scenarios: [],
    deliveries: 'none',
  },
  {
    name: 'uid-not-compared',
    says: 'reports on an earlier custom resource count',
    edits: [
      ...inFile(
        SITUATION,
        "return observation.uid === namespace.thing.output['uid'] ? observation.level : undefined",
        'return observation.level',
      ),
      ...inFile(
        SITUATION,
        'return level.driverLife === entity.epoch ? level : undefined',
        'return level',
      ),
    ],
    scenarios: ['start-again', 'restart'],
  },
  {
    name: 'pods-of-the-start-before',
    says: 'what is seen of the driver before a restart counts after it',
    edits: inFile(
      SITUATION,
      'return level.driverLife === entity.epoch ? level : undefined',
      'return level',
    ),
    scenarios: ['restart'],
  },
  {
    name: 'idle-on-silence',
    says: 'a driver that does not answer counts as idle',
    edits: [
      ...inFile(
        QUIET,
        'const isIdle = activity !== undefined && isQuiet(activity)',
        'const isIdle = activity === undefined || isQuiet(activity)',
      ),
      ...inFile(
        IDLE,
        'if (!activity || !isQuiet(activity)) return false',
        'if (activity && !isQuiet(activity)) return false',
      ),
      ...inFile(
        IDLE,
        'return now - activity.lastActiveAt >= minutes(limit)',
        'return now - (activity?.lastActiveAt ?? 0) >= minutes(limit)',
      ),
    ],
    scenarios: ['silent-cluster-stays'],
  },
  {
    name: 'idle-while-it-works',
    says: 'jobs that run do not count as work',
    edits: inFile(
      QUIET,
      'return runningJobs === 0 && openSessions === 0 && !isWorking',
      'return !isWorking',
    ),
    scenarios: ['busy-cluster-stays'],
  },
  {
    name: 'drain-of-an-older-generation',
    says: 'a drain that was asked for before the cluster was changed counts after it',
    edits: inFile(
      IDLE,
      'mark.startsWith(`${generation}-`)',
      'mark.startsWith(`${generation}-`) || generation > 0',
    ),
    scenarios: [],
    shownBy: {
      test: 'test/protocol/rule-13-every-interleaving.test.ts',
      because:
        'a change counts as use, so who looks next takes a drain of before back; one that stands for a whole limit was seen by a report that found the cluster idle, so that its end comes early and is not wrong',
    },
  },
  {
    name: 'idle-over-a-change',
    says: 'who changes a cluster has not used it: the quiet and the drain of before go on',
    edits: [
      ...inFile(IDLE, 'return run.createdAt === ownAt ? 0 : run.createdAt', 'return ownAt ? 0 : 0'),
      ...inFile(
        IDLE,
        'mark.startsWith(`${generation}-`)',
        'mark.startsWith(`${generation}-`) || generation > 0',
      ),
    ],
    scenarios: ['changed-cluster-stays'],
  },
  {
    name: 'node-counted-twice',
    says: 'a node that is reported again is counted again from when it was ready',
    edits: inFile('shared/domain/meter.ts', 'if (standing.has(node.uid)) return\n', ''),
    scenarios: [],
  },
  {
    name: 'meter-read-twice',
    says: 'the same sums, read again, are added',
    edits: inFile(
      'shared/domain/meter.ts',
      'return sumOf(level) > sumOf(newest) ? { newest: level, past } : undefined',
      'return sumOf(level) > sumOf(newest) ? { newest: level, past } : { newest: level, past: { ...past, gkeMs: past.gkeMs + newest.gkeMs, lines: addedUp([...past.lines, ...newest.lines]) } }',
    ),
    scenarios: [],
  },
  {
    name: 'idle-never-noticed',
    says: 'an idle cluster is drained, and never ended',
    edits: inFile(
      IDLE,
      'return isIdle(latest) && currentLevel(latest)?.drainSeen === mark',
      "return isIdle(latest) && currentLevel(latest)?.drainSeen === 'never'",
    ),
    scenarios: ['idle-end'],
  },
  {
    name: 'incarnation-used-again',
    says: 'the pod that takes a dead one’s place gets its name',
    edits: inFile(
      'shared/steps/spark-pods.ts',
      'incarnation: (mine.at(-1)?.incarnation ?? -1) + 1',
      'incarnation: mine.at(-1)?.incarnation ?? 0',
    ),
    scenarios: [],
    shownBy: {
      test: 'test/laws/dead-pods.test.ts',
      because:
        'a dead pod is removed by its uid in the same attempt, and the next round finds its name free: it costs a round, or the seconds that a pod takes to stop',
    },
  },
  {
    name: 'loss-not-believed',
    says: 'what the ledger calls present stays present, whatever is reported',
    edits: inFile(
      SITUATION,
      'return hasShownUp && isDoubted(situation, entry)',
      'return hasShownUp && isDoubted(situation, entry) && situation.now < 0',
    ),
    scenarios: ['executor-machine-lost', 'driver-machine-lost'],
  },
]
