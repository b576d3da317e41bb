// The stack on the wire: Google's emulators, the simulated cloud and the functions, each in a process of its own. Nothing
// is started again by itself; the functions may be killed and started as often as a test likes, beside a cloud that goes on.
import type { Clock } from '../../../shared/ports.ts'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { firestoreStore } from '../../../shared/clients/firestore-store.ts'
import { clientEnvironment } from '../emulators.ts'
import { chosenKubernetes, type KubernetesChoice } from './kubernetes-choice.ts'
import { makeLogDirectory } from './log-directory.ts'
import { isPortTaken } from './part-failed.ts'
import { startWireParts, type WirePartsOptions } from './wire-parts.ts'
import { wireStack, type WireStack } from './wire-stack.ts'

export interface WireOptions {
  readonly clock: Clock
  readonly cloud?: WirePartsOptions['cloud']
  /** What the environment says unless given. */
  readonly kubernetes?: KubernetesChoice
  /** Functions as they are deployed, bundled first, in place of their sources. */
  readonly bundled?: boolean
  /** How messages are delivered, in place of the manifest's, for tests. */
  readonly retry?: NonNullable<WirePartsOptions['retry']>
  /** Programs in place of our own, for tests. */
  readonly mains?: Partial<WirePartsOptions['mains']>
}

const MAINS = {
  cloud: new URL('../cloud/main.ts', import.meta.url),
  functions: new URL('../functions/main.ts', import.meta.url),
}
const STARTS_MAX = 3

/** Throws `PartFailedError`, and the emulators' own errors. */
export async function startWire(options: WireOptions): Promise<WireStack> {
  Object.assign(process.env, clientEnvironment)
  for (let starts = 1; ; starts++) {
    try {
      return await startOnce(options)
    } catch (error) {
      // A port that people have chosen is the only one there is.
      const isChosen = Boolean(process.env['KINDLING_PORT'])
      if (starts === STARTS_MAX || isChosen || !isPortTaken(error)) throw error
    }
  }
}

async function startOnce(options: WireOptions): Promise<WireStack> {
  const {
    clock,
    cloud = {},
    mains,
    bundled = false,
    kubernetes = chosenKubernetes(process.env),
  } = options
  const logDirectory = await makeLogDirectory()
  const project = projectId(clock)
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    await Promise.allSettled(stops.splice(0).map((each) => each()))
    await rm(logDirectory, { recursive: true, force: true })
  }
  try {
    const parts = await startWireParts({
      clock,
      project,
      logDirectory,
      cloud,
      kubernetes,
      bundles: bundled ? await bundlesIn(logDirectory) : undefined,
      mains: { ...MAINS, ...mains },
      ...(options.retry ? { retry: options.retry } : {}),
      started: (each) => stops.push(each),
    })
    const functions = await parts.startFunctions()
    const store = firestoreStore({ projectId: project, clock, emulatorHost: parts.firestore.host })
    stops.push(() => store.close())
    const running = { clock, project, parts, kubernetes, functions, reader: store, logDirectory }
    return wireStack({ ...running, end: stop })
  } catch (error) {
    await stop()
    throw error
  }
}

/** Never that of a real project: `demo-` is reserved for emulators. */
function projectId(clock: Clock): string {
  return `demo-kindling-${Math.floor(clock.random() * 36 ** 8)
    .toString(36)
    .padStart(8, '0')}`
}

async function bundlesIn(folder: string): Promise<string> {
  // Nobody else waits for esbuild to load.
  const { bundleFunctions } = await import('../../bundle/bundle-functions.ts')
  const directory = join(folder, 'functions')
  await bundleFunctions(directory)
  return directory
}
