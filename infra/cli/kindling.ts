// `npm run kindling -- COMMAND`: talks to a stack that runs, through its control endpoint.
import { realClock } from '../local/clock.ts'
import { cloud } from './cloud-command.ts'
import type { Surroundings } from './control-client.ts'
import { showCost } from './cost-command.ts'
import { deadLetters } from './dead-letters-command.ts'
import { ending } from './ending.ts'
import { getEntities } from './get-command.ts'
import { InputFault } from './input-fault.ts'
import { showParked } from './parked-command.ts'
import { publish } from './publish-command.ts'
import { session } from './session-command.ts'
import { stoppingByPeople } from './stopping.ts'
import { showTimeline } from './timeline-command.ts'
import { watch } from './watch-command.ts'

export interface Context extends Surroundings {
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal
}

type Run = (argv: readonly string[], context: Context) => Promise<number>

const COMMANDS: Readonly<Record<string, { readonly says: string; readonly run: Run }>> = {
  publish: { says: 'publish an event file, and say what became of the request', run: publish },
  watch: { says: 'show progress until everything runs, or has ended', run: watch },
  get: { says: 'list workspaces, pools and clusters, or show one', run: getEntities },
  cost: { says: 'show what workspaces and clusters cost, and what reclaim saved', run: showCost },
  parked: { says: 'list documents that cannot be worked with, and the mend', run: showParked },
  'dead-letters': { says: 'list work that was given up on, or do it again', run: deadLetters },
  session: {
    says: 'open or close a session on a cluster; one that is over is started',
    run: session,
  },
  cloud: { says: 'make the simulated cloud fail: faults, lost machines', run: cloud },
  timeline: { says: "show where a cluster's launch spent its time", run: showTimeline },
}

const HELP = [
  'Usage: npm run kindling -- COMMAND [flags]',
  '',
  'Talks to the stack that "npm run local" has started in this folder, or to the one at KINDLING_CONTROL.',
  '',
  ...Object.entries(COMMANDS).map(([name, { says }]) => `  ${name.padEnd(14)}${says}`),
  '',
  'Each command has --help.',
].join('\n')

/** Answers the process's exit code. */
export async function kindling(
  argv: readonly string[],
  given: Partial<Surroundings> = {},
): Promise<number> {
  const [name, ...rest] = argv
  const own = realClock()
  const stopping = stoppingByPeople()
  const context: Context = {
    clock: own,
    folder: process.cwd(),
    environment: process.env,
    ...given,
    signal: stopping.signal,
  }
  try {
    return await ending(async () => {
      if (name === '--help' || name === '-h') {
        console.log(HELP)
        return 0
      }
      return await commandNamed(name)(rest, context)
    })
  } catch (error) {
    if (!stopping.signal.aborted) throw error
    return 130
  } finally {
    own.stop()
    stopping.release()
  }
}

/** Throws InputFault. */
function commandNamed(name: string | undefined): Run {
  const command = Object.entries(COMMANDS).find(([each]) => each === name)?.[1]
  if (command) return command.run
  const known = Object.keys(COMMANDS).join(', ')
  throw new InputFault(
    name === undefined
      ? `a command is missing: ${known}; --help says what they do`
      : `unknown command ${JSON.stringify(name)}: it must be ${known}; --help says what they do`,
  )
}
