// `kindling watch [ENTITY]`: shows progress until what is watched runs, or has ended.
import type { Command } from './arguments.ts'
import { findControl } from './control-client.ts'
import { isOver } from './entity-view.ts'
import { follow, running } from './follow.ts'
import { InputFault } from './input-fault.ts'
import type { Context } from './kindling.ts'
import { findEntity, type ListedEntity } from './listed-entities.ts'
import { progressOn } from './progress.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'
import type { StoredEntity } from './stored-entity.ts'

const command: Command<typeof jsonFlag> = {
  usage: 'npm run kindling -- watch',
  says: 'Shows progress until the entity runs (exit code 0) or has ended (1). Without one: all workspaces and clusters that are not there yet, or all where none is on its way.',
  flags: jsonFlag,
  words: [{ name: 'ENTITY', says: 'such as etl, analytics/etl or its path', isOptional: true }],
}

export function watch(argv: readonly string[], context: Context): Promise<number> {
  return runCommand(command, argv, async ({ json }, [word]) => {
    const control = await findControl(context)
    const all = (await control.list()).filter(({ entity }) => entity.kind !== 'pool')
    const until = word === undefined ? unsettled(all) : [findEntity(word, all).path]
    const runs = await follow({
      read: (path) => control.entity(path),
      paths: [...new Set(until.flatMap(withHome))],
      until: running(until),
      clock: context.clock,
      signal: context.signal,
      progress: progressOn(json ? process.stderr : process.stdout),
      ...(json ? { changed: printChange } : {}),
    })
    return runs ? 0 : 1
  })
}

/** Throws InputFault where there is nothing at all. */
function unsettled(all: readonly ListedEntity[]): string[] {
  if (all.length === 0)
    throw new InputFault(
      'there is nothing to watch: publish events/samples/workspace-requested.json',
    )
  const coming = all.filter(({ entity }) => entity.state !== 'RUNNING' && !isOver(entity))
  return (coming.length > 0 ? coming : all).map(({ path }) => path)
}

/** A cluster waits for its workspace: both are shown. */
function withHome(path: string): string[] {
  const home = path.split('/').slice(0, 4).join('/')
  return home === path ? [path] : [home, path]
}

function printChange({ path, entity }: StoredEntity): void {
  const reason = 'reason' in entity ? entity.reason : undefined
  console.log(
    JSON.stringify({ kind: 'state', path, state: entity.state, reason, at: entity.changedAt }),
  )
}
