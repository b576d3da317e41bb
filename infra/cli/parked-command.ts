// `kindling parked`: documents that Kindling cannot work with, what is wrong with each, and what to do.
import type { Command } from './arguments.ts'
import { findControl } from './control-client.ts'
import { durationText } from './duration.ts'
import type { Context } from './kindling.ts'
import type { ParkedDocument } from './parked-documents.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'

const command: Command<typeof jsonFlag> = {
  usage: 'npm run kindling -- parked',
  says: 'Lists documents that Kindling cannot work with, longest parked first, and what to do about each. One that is mended is found by the next sweep, and its entity goes on.',
  flags: jsonFlag,
}

export function showParked(argv: readonly string[], context: Context): Promise<number> {
  return runCommand(command, argv, async ({ json }) => {
    const parked = await (await findControl(context)).parked()
    if (!json && parked.length === 0) console.log('nothing is parked')
    for (const each of parked) {
      if (json) console.log(JSON.stringify({ kind: 'parked', ...each }))
      else console.log(linesOf(each, context.clock.now()).join('\n'))
    }
    return 0
  })
}

function linesOf({ document, is, field, got, allowed, mend, since }: ParkedDocument, now: number) {
  const what = field === '' ? 'it' : `"${field}"`
  return [
    document,
    `  ${is}, parked for ${durationText(Math.max(0, now - since))}`,
    `  ${what} is ${got}, and must be ${allowed}`,
    `  to mend it: ${mend}`,
  ]
}
