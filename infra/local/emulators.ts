// Google's emulators of Firestore and Pub/Sub, the wire face of store and bus: those already running that the environment
// names, or those of the Cloud SDK, started here.
import { access, readdir, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import type { Clock } from '../../shared/ports.ts'
import {
  answers,
  type EmulatorCommand,
  EmulatorFailedError,
  type EmulatorProcess,
  startEmulatorProcess,
} from './emulator-process.ts'

export type EmulatorName = 'firestore' | 'pubsub'

export interface Emulator {
  /** `host:port` */
  readonly host: string
  /** Where it came from, for people. */
  readonly origin: string
  /** Milliseconds from start to ready; 0 when it ran already. */
  readonly readyAfterMs: number
  /** Only of one that was started here. */
  readonly process?: Pick<EmulatorProcess, 'pid' | 'ended' | 'logFile'>
  stop(): Promise<void>
}

export interface EmulatorOptions {
  readonly clock: Clock
  /** For the emulator's output. */
  readonly logDirectory: string
  /** `host:port` that the Firestore emulator sends triggers to; it fires none without. */
  readonly functionsEmulator?: string
  /** Where it is to listen; a free port unless said. */
  readonly port?: number
  readonly environment?: NodeJS.ProcessEnv
}

/** What Google's clients need beside the hosts, lest they look for a metadata server. */
export const clientEnvironment = { METADATA_SERVER_DETECTION: 'none' } as const

/** There is no emulator to use; the message says what to install or set. */
export class EmulatorMissingError extends Error {
  override readonly name = 'EmulatorMissingError'
}

const VARIABLES = { firestore: 'FIRESTORE_EMULATOR_HOST', pubsub: 'PUBSUB_EMULATOR_HOST' } as const

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** The program's own file, symbolic links resolved, or undefined when no directory of PATH has it. */
async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const directory of path.split(delimiter)) {
    const file = join(directory, name)
    if (directory !== '' && (await exists(file))) return await realpath(file)
  }
  return undefined
}

async function findJar(sdk: string, name: EmulatorName): Promise<string | undefined> {
  const directory =
    name === 'firestore'
      ? join(sdk, 'platform', 'cloud-firestore-emulator')
      : join(sdk, 'platform', 'pubsub-emulator', 'lib')
  const pattern =
    name === 'firestore' ? /^cloud-firestore-emulator.*\.jar$/ : /^cloud-pubsub-emulator.*\.jar$/
  const files = await readdir(directory).catch(() => [])
  const jar = files.filter((file) => pattern.test(file)).at(-1)
  return jar && join(directory, jar)
}

/** How long one that runs may take to say so (ms). */
const ANSWER_LIMIT_MS = 5000

/** Throws `EmulatorFailedError`. */
async function checkRunning(name: EmulatorName, host: string, clock: Clock): Promise<void> {
  const given = `${VARIABLES[name]}=${host}`
  const mend = 'or unset it to have one started here'
  if (!/^[^\s/@:]+:\d{1,5}$/.test(host) || !URL.canParse(`http://${host}`))
    throw new EmulatorFailedError(
      `${given} is no host:port: set it to that of a running emulator, ${mend}`,
    )
  if (!(await answers(host, clock, ANSWER_LIMIT_MS)))
    throw new EmulatorFailedError(`${given}: no emulator answers there: start it, ${mend}`)
}

function missing(name: EmulatorName, lacks: string, mend: string): EmulatorMissingError {
  return new EmulatorMissingError(
    `no ${name} emulator: ${lacks}; ${mend}, or set ${VARIABLES[name]} to the host:port of one that runs`,
  )
}

/** The jar of the Cloud SDK. Throws `EmulatorMissingError`. */
async function locate(name: EmulatorName, environment: NodeJS.ProcessEnv): Promise<string> {
  const path = environment['PATH'] ?? ''
  const gcloud = await findProgram('gcloud', path)
  const component = name === 'firestore' ? 'cloud-firestore-emulator' : 'pubsub-emulator'
  const install = `install the Cloud SDK's component ${component} (gcloud components install, or the package google-cloud-cli-${name}-emulator)`
  if (gcloud === undefined) throw missing(name, 'gcloud is not in PATH', install)
  const jar = await findJar(dirname(dirname(gcloud)), name)
  if (jar === undefined) throw missing(name, `the Cloud SDK has none`, install)
  if ((await findProgram('java', path)) === undefined)
    throw missing(name, 'java is not in PATH', 'install a Java runtime, 17 or newer')
  return jar
}

/** Why there is no emulator to use, or undefined when there is one. */
export async function emulatorMissing(
  name: EmulatorName,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  if (environment[VARIABLES[name]]) return undefined
  try {
    await locate(name, environment)
    return undefined
  } catch (error) {
    if (error instanceof EmulatorMissingError) return error.message
    throw error
  }
}

function commandOf(
  name: EmulatorName,
  jar: string,
  functionsEmulator: string | undefined,
): EmulatorCommand {
  /** Without the first, the JVM writes its counters where a full disk stops it. */
  const java = ['java', '-XX:-UsePerfData', '-Duser.language=en']
  return {
    name,
    run: (host, port) =>
      name === 'pubsub'
        ? [...java, '-jar', jar, `--host=${host}`, `--port=${port}`]
        : [
            ...java,
            '-cp',
            jar,
            'com.google.cloud.datastore.emulator.firestore.CloudFirestore',
            `--host=${host}`,
            `--port=${port}`,
            ...(functionsEmulator ? ['--functions_emulator', functionsEmulator] : []),
          ],
  }
}

/** Throws `EmulatorMissingError` when there is none, `EmulatorFailedError` when it does not come up or answer. */
export async function startEmulator(
  name: EmulatorName,
  options: EmulatorOptions,
): Promise<Emulator> {
  const { clock, logDirectory, functionsEmulator, environment = process.env } = options
  const running = environment[VARIABLES[name]]
  if (running) {
    await checkRunning(name, running, clock)
    const origin = `${VARIABLES[name]}=${running}`
    return { host: running, origin, readyAfterMs: 0, stop: async () => await Promise.resolve() }
  }
  const jar = await locate(name, environment)
  const command = commandOf(name, jar, functionsEmulator)
  const started = await startEmulatorProcess(command, logDirectory, clock, options.port)
  const { host, readyAfterMs } = started
  const origin = `${jar}, log in ${started.logFile}`
  return { host, origin, readyAfterMs, process: started, stop: () => started.stop() }
}
