// The demo's first scenario: a workspace and a cluster are launched, and it is told where the time went.
import { entityPath } from '../../shared/domain/paths.ts'
import { countsSince } from '../../shared/runtime/counts.ts'
import { ownCost, ownCostText } from '../../shared/runtime/own-cost.ts'
import { follow, running } from './follow.ts'
import { launchSummary } from './launch-summary.ts'
import { launchTimeline } from './launch-timeline.ts'
import { sampleEvent, withExecutors } from './sample-events.ts'
import type { Scenario } from './scenario.ts'
import { readEntity } from './stored-entity.ts'
import { timelineLines } from './timeline-view.ts'

export const launch: Scenario = async (session, given) => {
  const { stack, clock } = session
  const wanted = sampleEvent('workspace-requested')
  const asked = withExecutors(sampleEvent('cluster-requested'), given.executors)
  const { account, workspace, cluster } = asked.data
  const home = entityPath({ kind: 'workspace', account, workspace })
  const path = entityPath({ kind: 'cluster', account, workspace, cluster })
  const read = (each: string) => readEntity(stack.reader, each)
  const until = (awaited: string): Promise<boolean> =>
    follow({ ...session, read, paths: [home, path], until: running([awaited]) })

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
    console.log(`\n${lines.join('\n')}\n\n${ownCostText(ownCost(counted))}`)
  }
  return isRunning ? 0 : 1
}
