// `kindling publish FILE`: publishes an event and says what became of the request.
import type { Reason } from '../../events/lifecycle.ts'
import type { Command, Flag } from './arguments.ts'
import { type ControlClient, findControl } from './control-client.ts'
import { readEventFile } from './event-file.ts'
import type { Context } from './kindling.ts'
import { nameOf } from './listed-entities.ts'
import type { RequestAt, Told } from './request-outcome.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'

const flags = {
  topic: {
    kind: 'text',
    says: "the topic, in place of the one of the event's type",
    value: 'TOPIC',
  },
  ...jsonFlag,
} as const satisfies Record<string, Flag>

const command: Command<typeof flags> = {
  usage: 'npm run kindling -- publish',
  says: 'Publishes an event, waits for the outcome of the request and says it: exit code 0 if accepted, 1 if rejected.',
  flags,
  words: [
    { name: 'FILE', says: 'a CloudEvent in JSON, as in events/samples; - is standard input' },
  ],
}

/** How long an outcome may take (ms). */
const LIMIT = 60_000
const LOOK_EVERY = 100

export function publish(argv: readonly string[], context: Context): Promise<number> {
  return runCommand(command, argv, async ({ json, topic: chosen }, [file = '']) => {
    // npm runs scripts in the package's folder; people name files from where they are.
    const from = context.environment['INIT_CWD'] ?? context.folder
    const { topic, text } = await readEventFile(file, from, chosen)
    const control = await findControl(context)
    const { message, request } = await control.publish(topic, text)
    const told = request && (await awaitOutcome(control, request, context))
    if (json) {
      console.log(JSON.stringify({ kind: 'published', topic, message, ...told }))
    } else {
      console.log(`published as message ${message} on ${topic}`)
      if (told) console.log(outcomeLines(told).join('\n'))
    }
    if (!request) return 0
    if (!told) console.error(`${request.path}: no outcome after ${LIMIT / 1000} s`)
    return told && told.is !== 'rejected' ? 0 : 1
  })
}

async function awaitOutcome(
  control: ControlClient,
  request: RequestAt,
  { clock, signal }: Context,
): Promise<Told | undefined> {
  const end = clock.now() + LIMIT
  while (clock.now() < end) {
    const told = await control.outcome(request)
    if (told) return told
    await clock.sleep(LOOK_EVERY, signal)
  }
  return undefined
}

function outcomeLines({ is, entity, generation, reason }: Told): string[] {
  if (is === 'rejected') return reason ? rejectedLines(reason) : ['rejected']
  const what = entity === undefined ? '' : `: ${nameOf(entity)}, generation ${generation}`
  return [is === 'unchanged' ? `accepted, and so already${what}` : `accepted${what}`]
}

function rejectedLines({ code, message, field, got, allowed, mend }: Reason): string[] {
  const rows = Object.entries({ field, got, allowed, mend }).flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${`${name}:`.padEnd(9)}${value}`],
  )
  return [`rejected: ${code}: ${message}`, ...rows]
}
