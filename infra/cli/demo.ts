// `npm run demo`: brings everything up, shows a scenario live, and takes everything down again.
import type { Command, Flag } from './arguments.ts'
import { ending } from './ending.ts'
import type { KubernetesChoice } from '../local/stack/kubernetes-choice.ts'
import { InputFault } from './input-fault.ts'
import { runCommand } from './run-command.ts'
import { idle } from './scenario-idle.ts'
import { launch } from './scenario-launch.ts'
import { lifecycle } from './scenario-lifecycle.ts'
import { inSession } from './session.ts'
import { stackFlags } from './stack-flags.ts'

const scenarios = { launch, lifecycle } as const

const flags = {
  scenario: {
    kind: 'choice',
    says: 'launch: a workspace and a cluster, and where the time went; lifecycle: a cluster through its whole life; idle: what is taken back in a week without work, and what that saves (launch)',
    choices: ['launch', 'lifecycle', 'idle'],
  },
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
  says: 'Launches a workspace and a Spark cluster from the sample events, on a simulated Google Cloud on this machine.',
  flags,
}

/** Answers the process's exit code. */
export async function demo(argv: readonly string[]): Promise<number> {
  return await ending(() =>
    runCommand(command, argv, (given) => {
      // Nobody waits for a week: this one moves its own clock.
      if (given.scenario === 'idle') return idle(inOneProcess(given))
      const scenario = given.scenario === 'lifecycle' ? scenarios.lifecycle : scenarios.launch
      return inSession({ ...given, stoppedCode: 130 }, (session) => scenario(session, given))
    }),
  )
}

interface Parts {
  readonly kubernetes: KubernetesChoice | undefined
  readonly bundled: boolean
}

function inOneProcess<Given extends Parts>(given: Given): Given {
  const { kubernetes = 'embedded', bundled } = given
  if (bundled)
    throw new InputFault('--scenario idle runs in one process, from source: leave --bundled out')
  if (kubernetes === 'embedded') return given
  throw new InputFault(
    `--scenario idle moves its own clock, which a real Kubernetes does not follow: leave --kubernetes ${kubernetes} out`,
  )
}
