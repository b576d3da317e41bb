// `kindling timeline CLUSTER`: where a cluster's launch spent its time, so far or in all.
import { writeFile } from 'node:fs/promises'
import { criticalPath, ownTime } from '../../shared/domain/timeline.ts'
import type { Command, Flag } from './arguments.ts'
import { findControl } from './control-client.ts'
import { InputFault } from './input-fault.ts'
import type { Context } from './kindling.ts'
import { launchTimeline, type LaunchTimeline } from './launch-timeline.ts'
import { findEntity, nameOf } from './listed-entities.ts'
import { launchPicture } from './picture/launch-picture.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'
import { sizeLines, sizesOf } from './size-lines.ts'
import type { StoredEntity } from './stored-entity.ts'
import { timelineLines } from './timeline-view.ts'
import { traceLines, traceSpans } from './trace-view.ts'

const flags = {
  ...jsonFlag,
  svg: {
    kind: 'text',
    value: 'FILE',
    says: 'also draws it: phases, hops, nodes and pods, critical path, as one self-contained SVG',
  },
  trace: { kind: 'switch', says: 'the same as one trace: spans with the ids that the logs have' },
} as const satisfies Record<string, Flag>

const command: Command<typeof flags> = {
  usage: 'npm run kindling -- timeline',
  says: "Shows the phases of a cluster's launch, from when it could begin, and where the time went.",
  flags,
  words: [{ name: 'CLUSTER', says: 'such as etl, analytics/etl or its path' }],
}

export function showTimeline(argv: readonly string[], context: Context): Promise<number> {
  return runCommand(command, argv, async ({ json, trace, svg }, [word = '']) => {
    const control = await findControl(context)
    const clusters = (await control.list()).filter(({ entity }) => entity.kind === 'cluster')
    const { path } = findEntity(word, clusters)
    const stored = await control.entity(path)
    if (!stored?.run || stored.run.is === 'waiting')
      throw new InputFault(`${nameOf(path)} has not begun: it waits for its workspace`)
    const timeline = launchTimeline(stored, context.clock.now())
    const { phases, span } = timeline
    if (svg !== undefined) await writePicture(svg, stored, timeline)
    if (trace) {
      const { traceparent } = stored.run
      if (traceparent === undefined)
        throw new InputFault(`${nameOf(path)} has no trace: its request was taken in outside any`)
      const spans = traceSpans(traceparent, phases, span, stored.observation)
      const lines = json ? spans.map((each) => JSON.stringify(each)) : traceLines(spans)
      console.log(lines.join('\n'))
      return 0
    }
    if (json) {
      const path = criticalPath(phases, span)
      const launch = {
        totalMs: span.endedAt - span.startedAt,
        ownMs: ownTime(path),
        criticalPath: path.map(({ step, ms }) => ({ step, ms })),
      }
      console.log(
        JSON.stringify({
          kind: 'timeline',
          path: stored.path,
          state: stored.entity.state,
          launch,
          phases,
          sizes: sizesOf(stored.entity),
        }),
      )
    } else {
      const lines = timelineLines(phases, span, process.stdout.columns)
      console.log([...lines, ...sizeLines(sizesOf(stored.entity))].join('\n'))
    }
    return 0
  })
}

async function writePicture(
  file: string,
  { path, entity, observation }: StoredEntity,
  timeline: LaunchTimeline,
): Promise<void> {
  const picture = launchPicture({
    ...timeline,
    name: nameOf(path),
    executors: entity.kind === 'cluster' ? entity.spec.executors.count : 0,
    courses: observation?.level.courses ?? [],
  })
  try {
    await writeFile(file, picture)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new InputFault(`--svg: ${file} cannot be written: ${why}`)
  }
}
