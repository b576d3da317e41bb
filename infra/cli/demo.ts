// `npm run demo`: brings everything up, publishes the two sample requests, shows the launch, prints where its time went,
// and takes everything down again.
import { entityPath } from '../../shared/domain/paths.ts'
import { countsSince } from '../../shared/runtime/counts.ts'
import { type Arguments, type Command, type Flag, readArguments } from './arguments.ts'
import { ending } from './ending.ts'
import { follow } from './follow.ts'
import { launchSummary } from './launch-summary.ts'
import { launchTimeline } from './launch-timeline.ts'
import { sampleEvent, withExecutors } from './sample-events.ts'
import { inSession, type Session } from './session.ts'
import { stackFlags } from './stack-flags.ts'
import { readEntity } from './stored-entity.ts'
import { timelineLines } from './timeline-view.ts'

const flags = {
  executors: {
    kind: 'number',
    says: 'executors of the cluster, in place of the sample',
    least: 1,
    most: 1000,
    whole: true,
  },
  ...stackFlags,
} as const satisfies Record<string, Flag>

const command: Command<typeof flags> = {
  usage: 'npm run demo --',
  says: 'Launches a workspace and a Spark cluster from the two sample events, on a simulated Google Cloud on this machine.',
  flags,
}

/** Answers the process's exit code. */
export async function demo(argv: readonly string[]): Promise<number> {
  return await ending(async () => {
    const read = readArguments(command, argv)
    if ('help' in read) {
      console.log(read.help)
      return 0
    }
    const { speed, json } = read.given
    const stopped = { code: 130, says: 'Stopped; nothing is left behind.' }
    return await inSession(
      { speed, json, stopped },
      async (session) => await launch(session, read.given),
    )
  })
}

async function launch(session: Session, given: Arguments<typeof flags>): Promise<number> {
  const { stack, clock } = session
  const wanted = sampleEvent('workspace-requested')
  const asked = withExecutors(sampleEvent('cluster-requested'), given.executors)
  const { account, workspace, cluster } = asked.data
  const home = entityPath({ kind: 'workspace', account, workspace })
  const path = entityPath({ kind: 'cluster', account, workspace, cluster })
  const read = (each: string) => readEntity(stack.reader, each)
  const until = (awaited: string): Promise<boolean> =>
    follow({ ...session, read, paths: [home, path], until: [awaited] })

  await stack.publish('workspace-requested', JSON.stringify(wanted))
  if (!(await until(home))) return 1
  const before = await stack.counts()
  const requestedAt = clock.now()
  await stack.publish('cluster-requested', JSON.stringify(asked))
  const isRunning = await until(path)
  const counted = countsSince(before, await stack.counts())

  const [there, launched] = await Promise.all([read(home), read(path)])
  if (!there || !launched) return 1
  const timeline = launchTimeline(launched, launched.entity.changedAt, requestedAt)
  if (given.json) {
    console.log(JSON.stringify(launchSummary(stack.parts, there, launched, timeline, counted)))
  } else {
    const lines = timelineLines(timeline.phases, timeline.span, process.stdout.columns)
    console.log(`\n${lines.join('\n')}`)
  }
  return isRunning ? 0 : 1
}
