// `kindling get [ENTITY]`: lists what there is, or shows one entity with its steps.
import type { Command } from './arguments.ts'
import { findControl } from './control-client.ts'
import { costOf } from './cost-command.ts'
import { durationText } from './duration.ts'
import { entityView, stateText } from './entity-view.ts'
import type { Context } from './kindling.ts'
import { findEntity, type ListedEntity, nameOf } from './listed-entities.ts'
import { nextPrewarm, prewarmLines } from './next-prewarm.ts'
import { treeLines } from './progress-tree.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'

const command: Command<typeof jsonFlag> = {
  usage: 'npm run kindling -- get',
  says: 'Lists workspaces, their pools and clusters; or shows one with its steps.',
  flags: jsonFlag,
  words: [{ name: 'ENTITY', says: 'such as etl, analytics/etl or its path', isOptional: true }],
}

const ROOM = { columns: 200, rows: 10_000 }

export function getEntities(argv: readonly string[], context: Context): Promise<number> {
  return runCommand(command, argv, async ({ json }, [word]) => {
    const control = await findControl(context)
    const all = await control.list()
    if (word === undefined) {
      const now = context.clock.now()
      const lines = json ? all.map((each) => JSON.stringify(each)) : tableLines(all, now)
      for (const line of lines) console.log(line)
      return 0
    }
    const { path } = findEntity(word, all)
    const now = context.clock.now()
    const stored = await control.entity(path)
    if (json) {
      const prewarm = stored && nextPrewarm(stored.entity, now)
      const next = prewarm === undefined ? {} : { nextPrewarm: prewarm }
      console.log(JSON.stringify({ ...stored, ...next, cost: await costOf(control, path) }))
      return 0
    }
    const lines = [
      ...treeLines([entityView(nameOf(path), stored)], now, ROOM),
      ...(stored ? prewarmLines(stored.entity, now) : []),
    ]
    console.log(lines.join('\n'))
    return 0
  })
}

function tableLines(all: readonly ListedEntity[], now: number): string[] {
  if (all.length === 0) return ['nothing yet: publish events/samples/workspace-requested.json']
  const rows = [
    ['KIND', 'NAME', 'STATE', 'SINCE', 'EXECUTORS', 'REASON'],
    ...all.map(({ path, entity }) => [
      entity.kind,
      nameOf(path),
      stateText(entity),
      durationText(Math.max(0, now - entity.changedAt)),
      executorsOf(entity),
      'reason' in entity && entity.reason ? entity.reason.message : '',
    ]),
  ]
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function executorsOf(entity: ListedEntity['entity']): string {
  if (entity.kind !== 'cluster') return ''
  const ready = entity.state === 'RUNNING' ? entity.executors.ready : 0
  return `${ready}/${entity.spec.executors.count}`
}
