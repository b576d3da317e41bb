// `npm run local`: brings the stack up and leaves it running for one's own events, until Ctrl-C.
import type { Command } from './arguments.ts'
import { ending } from './ending.ts'
import { runCommand } from './run-command.ts'
import { inSession, type Session } from './session.ts'
import { stackFlags } from './stack-flags.ts'
import { fixedTopics } from '../local/stack/topics.ts'

const command: Command<typeof stackFlags> = {
  usage: 'npm run local --',
  says: 'Brings the whole stack up on this machine and leaves it running until Ctrl-C, for your own events.',
  flags: stackFlags,
}

/** Answers the process's exit code. */
export async function local(argv: readonly string[]): Promise<number> {
  return await ending(() =>
    runCommand(command, argv, (given) =>
      inSession({ ...given, stoppedCode: 0 }, async (session) => {
        if (given.json) console.log(JSON.stringify(await readyValue(session)))
        else console.log((await readyLines(session)).join('\n'))
        return await untilStopped(session)
      }),
    ),
  )
}

/** Never answers: rejects with why it ends. */
function untilStopped({ signal }: Session): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
  })
}

async function readyValue({ stack, control }: Session): Promise<object> {
  const { project, parts, endpoints } = stack
  const processes = await stack.processes()
  return { kind: 'ready', control, project, parts, endpoints, topics: fixedTopics, processes }
}

async function readyLines({ stack, control }: Session): Promise<string[]> {
  const { project, endpoints } = stack
  const width = Math.max(...Object.keys(endpoints).map(({ length }) => length), 'project'.length)
  const row = (name: string, value: string): string => `  ${name.padEnd(width)}  ${value}`
  const processes = await stack.processes()
  return [
    '',
    'Running. Ctrl-C ends it.',
    row('control', control),
    row('project', project),
    ...Object.entries(endpoints).map(([name, value]) => row(name, value)),
    row('topics', fixedTopics.join(', ')),
    ...processes.map(({ name, readyAfterMs, memoryMb }) => {
      const memory = memoryMb === undefined ? '' : `, ${memoryMb} MB`
      return row(name, `ready after ${Math.round(readyAfterMs)} ms${memory}`)
    }),
    '',
    'Next, in another terminal:',
    '  npm run kindling -- publish events/samples/workspace-requested.json',
    '  npm run kindling -- publish events/samples/cluster-requested.json',
    '  npm run kindling -- watch',
    '  npm run kindling -- timeline etl',
    ...gcloudLines(stack),
  ]
}

/** The users' other way in, where there is a Pub/Sub to publish to. */
function gcloudLines({ project, endpoints }: Session['stack']): string[] {
  const host = endpoints['PUBSUB_EMULATOR_HOST']
  if (host === undefined) return []
  return [
    'or with gcloud, as in production:',
    `  export CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB=http://${host}/ CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true CLOUDSDK_CORE_PROJECT=${project}`,
    '  gcloud pubsub topics publish cluster-requested --message="$(cat events/samples/cluster-requested.json)"',
  ]
}
