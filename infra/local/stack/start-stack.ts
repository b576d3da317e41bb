// Brings a stack up: on the wire where the emulators are found, else in this process; and says which, and why.
import { rm } from 'node:fs/promises'
import { CallError } from '../../../shared/call-error.ts'
import type { Log } from '../../../shared/ports.ts'
import { programFile, programFiles } from '../../kubernetes/program-files.ts'
import { kubernetesBackEnd } from '../cloud/kubernetes-back-end.ts'
import { type RealClock, seededRandom } from '../clock.ts'
import { emulatorMissing } from '../emulators.ts'
import { type Profile, profile, type ProfileOptions } from '../profile.ts'
import { checkKubeconfig, cleanKubeconfig } from './external-kubernetes.ts'
import { startInProcess } from './in-process.ts'
import { chosenKubernetes, type KubernetesChoice, leastEmptyMs } from './kubernetes-choice.ts'
import { makeLogDirectory } from './log-directory.ts'
import type { Stack } from './stack.ts'
import { startWire } from './wire.ts'

export interface StackOptions {
  readonly clock: RealClock
  readonly speed: number
  /** Seeds the cloud's draws of boot times and the like, so that two runs can be compared. */
  readonly seed: number
  readonly bootMs?: ProfileOptions['bootMs']
  /** What the environment says unless given. */
  readonly kubernetes?: KubernetesChoice | undefined
  /** Functions as they are deployed, in place of their sources. */
  readonly bundled?: boolean
  /** For one line, the first, before anything is started. */
  readonly say: (line: string) => void
  /** An error that a function of the stack in this process has met. */
  readonly logError: (message: string) => void
}

const KUBERNETES: Record<KubernetesChoice, string> = {
  embedded: 'Kubernetes: embedded.',
  managed: 'Kubernetes: a real control plane for each GKE cluster, on nodes of kwok.',
  external: "Kubernetes: the kubeconfig's cluster, with nodes of kwok.",
}

/**
 * Before anything is started it throws `ProgramsMissingError`, `invalid` for a cluster that may not be used, and `unavailable`
 * for bundles without emulators.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { clock, kubernetes = chosenKubernetes(process.env) } = options
  await checkKubernetes(kubernetes, clock)
  const stack = await startOn(kubernetes, options)
  if (kubernetes !== 'external') return stack
  return {
    ...stack,
    async stop() {
      await stack.stop()
      await cleanKubeconfig(clock)
    },
  }
}

async function startOn(kubernetes: KubernetesChoice, options: StackOptions): Promise<Stack> {
  const { clock, speed, seed, bootMs, say, bundled = false } = options
  const missing = (await emulatorMissing('firestore')) ?? (await emulatorMissing('pubsub'))
  const cloud = { speed, ...(bootMs === undefined ? {} : { bootMs }) }
  const rest = `${KUBERNETES[kubernetes]} Google Cloud: simulated.`
  if (missing === undefined) {
    say(`Firestore and Pub/Sub: Google's emulators. ${rest} Each in a process of its own.`)
    return await startWire({ clock, kubernetes, bundled, cloud: { ...cloud, seed } })
  }
  if (bundled) {
    const why = `bundled functions run on the emulators only, and there is ${missing}`
    throw new CallError('unavailable', why)
  }
  say(`Firestore and Pub/Sub: in-process engines, because there is ${missing}. ${rest}`)
  const pace = profile({
    ...cloud,
    leastEmptyMs: leastEmptyMs(kubernetes),
    random: seededRandom(seed),
  })
  if (kubernetes !== 'embedded') return await startOnRealKubernetes(kubernetes, options, pace)
  return await startInProcess({ clock, profile: pace, log: errorsOf(options) })
}

async function checkKubernetes(kubernetes: KubernetesChoice, clock: RealClock): Promise<void> {
  if (kubernetes === 'managed') programFiles(process.env)
  if (kubernetes !== 'external') return
  programFile('kwok', process.env)
  await checkKubeconfig(clock)
}

/** In this process but for Kubernetes. */
async function startOnRealKubernetes(
  is: KubernetesChoice,
  options: StackOptions,
  pace: Profile,
): Promise<Stack> {
  const { clock } = options
  const folder = await makeLogDirectory()
  const broken = new AbortController()
  const backEnd = kubernetesBackEnd({
    kubernetes: is,
    clock,
    profile: pace,
    folder,
    failed: (error) => broken.abort(error),
  })
  const kubernetes = { is, backEnd }
  const stack = await startInProcess({ clock, profile: pace, kubernetes, log: errorsOf(options) })
  return {
    ...stack,
    broken: broken.signal,
    async stop() {
      await stack.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function errorsOf({ logError }: StackOptions): Log {
  return (severity, message, fields) => {
    if (severity === 'ERROR') logError(`${message} ${JSON.stringify(fields)}`)
  }
}
