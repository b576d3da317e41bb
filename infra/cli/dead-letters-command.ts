// `kindling dead-letters [list|replay]`: work that was given up on, with its cause; and doing it again.
import { type DeadLetter } from '../../shared/domain/dead-letter.ts'
import type { Command } from './arguments.ts'
import { type ControlClient, findControl } from './control-client.ts'
import { durationText } from './duration.ts'
import { InputFault } from './input-fault.ts'
import type { Context } from './kindling.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'

const command: Command<typeof jsonFlag> = {
  usage: 'npm run kindling -- dead-letters',
  says: 'Lists messages that were given up on, longest first, and what the sweep tries in vain, each with its cause; or delivers messages again, once the cause is mended.',
  flags: jsonFlag,
  words: [
    { name: 'COMMAND', says: 'list (unless said), or replay', isOptional: true },
    { name: 'ID', says: 'of the message to replay, or all', isOptional: true },
  ],
}

export type ListedLetter = DeadLetter & {
  /** Path of its document. */
  readonly path: string
}

export function deadLetters(argv: readonly string[], context: Context): Promise<number> {
  return runCommand(command, argv, async ({ json }, [what = 'list', id]) => {
    if (what !== 'list' && what !== 'replay')
      throw new InputFault(`unknown command ${JSON.stringify(what)}: it must be list or replay`)
    if (what === 'list' && id !== undefined)
      throw new InputFault(`unexpected ${JSON.stringify(id)}; --help says what is taken`)
    if (what === 'replay' && id === undefined)
      throw new InputFault('ID is missing: of the message to replay, or all')
    const control = await findControl(context)
    const letters = await control.deadLetters()
    if (what === 'replay') return replay(control, chosen(letters, id), json)
    if (!json && letters.length === 0) console.log('nothing was given up on')
    for (const letter of letters) {
      if (json) console.log(JSON.stringify({ kind: 'dead-letter', id: idOf(letter), ...letter }))
      else console.log(linesOf(letter, context.clock.now()).join('\n'))
    }
    return 0
  })
}

const idOf = ({ path }: ListedLetter): string => path.slice(path.lastIndexOf('/') + 1)

/** Throws InputFault. */
function chosen(letters: readonly ListedLetter[], id = ''): readonly ListedLetter[] {
  if (id === 'all') return letters.filter(({ message }) => message !== undefined)
  const found = letters.filter((letter) => idOf(letter) === id || letter.path === id)
  if (found.length > 0) return found
  const known = letters.map(idOf).join(', ')
  throw new InputFault(`no dead letter ${JSON.stringify(id)}: there is ${known || 'none'}`)
}

/** Exit code 1 when one could not be delivered. */
async function replay(
  control: ControlClient,
  letters: readonly ListedLetter[],
  json: boolean,
): Promise<number> {
  let code = 0
  for (const letter of letters) {
    const fault = await control.replay(letter.path)
    if (fault !== undefined) code = 1
    const told = fault === undefined ? 'delivered again' : `not delivered: ${fault}`
    const fields = { kind: 'replayed', id: idOf(letter), ok: fault === undefined }
    if (json) console.log(JSON.stringify(fault === undefined ? fields : { ...fields, fault }))
    else console.log(`${idOf(letter)}: ${told}`)
  }
  if (!json && letters.length === 0) console.log('nothing was given up on')
  return code
}

function linesOf(letter: ListedLetter, now: number): string[] {
  const { cause, failures, failedAt, message, document } = letter
  const ago = durationText(Math.max(0, now - failedAt))
  const what =
    message === undefined
      ? `the sweep tries ${document ?? 'this'} in vain, and goes on trying`
      : `a message on ${message.topic}, ${message.data.length} characters`
  return [
    idOf(letter),
    `  ${what}`,
    `  failed ${failures} times, last ${ago} ago: ${cause}`,
    ...(message === undefined
      ? []
      : [`  when the cause is mended: npm run kindling -- dead-letters replay ${idOf(letter)}`]),
  ]
}
