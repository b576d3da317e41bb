// The stack on the wire: Google's emulators, the simulated cloud and the functions, each in a process of its own. Nothing
// is started again by itself; the functions may be killed and started as often as a test likes, beside a cloud that goes on.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { firestoreStore } from '../../../shared/clients/firestore-store.ts'
import { CallError } from '../../../shared/call-error.ts'
import { type Counts, noCounts } from '../../../shared/runtime/counts.ts'
import { type Child, tailOf } from '../child-process.ts'
import type { EngineClock } from '../clock.ts'
import { clientEnvironment } from '../emulators.ts'
import { callLoopback } from '../loopback/loopback-call.ts'
import { emulatedWorkspaces } from './emulated-workspaces.ts'
import type { NodeProcess } from './node-process.ts'
import { isPortTaken, PartFailedError } from './part-failed.ts'
import { groupMemoryMb } from './process-memory.ts'
import type { Stack, StackProcess } from './stack.ts'
import { startWireParts, type WireParts, type WirePartsOptions } from './wire-parts.ts'

export interface WireOptions {
  readonly clock: EngineClock
  readonly cloud?: WirePartsOptions['cloud']
  /** Programs in place of our own, for tests. */
  readonly mains?: Partial<WirePartsOptions['mains']>
}

export interface WireStack extends Stack {
  /** Ends the functions as a crash does. */
  killFunctions(): Promise<void>
  /** Starts them again, on the same port. */
  startFunctions(): Promise<void>
  /** Each process's log is a file in it. */
  readonly logDirectory: string
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
      if (starts === STARTS_MAX || !isPortTaken(error)) throw error
    }
  }
}

async function startOnce({ clock, cloud = {}, mains }: WireOptions): Promise<WireStack> {
  const logDirectory = await mkdtemp(join(tmpdir(), 'kindling-'))
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
      mains: { ...MAINS, ...mains },
      started: (each) => stops.push(each),
    })
    const functions = await parts.startFunctions()
    const store = firestoreStore({ projectId: project, clock, emulatorHost: parts.firestore.host })
    stops.push(() => store.close())
    return { ...running(clock, project, parts, functions, stop), reader: store, logDirectory }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Never that of a real project: `demo-` is reserved for emulators. */
function projectId(clock: EngineClock): string {
  return `demo-kindling-${Math.floor(clock.random() * 36 ** 8)
    .toString(36)
    .padStart(8, '0')}`
}

const Resources = z.object({ resources: z.array(z.string()) })

function running(
  clock: EngineClock,
  project: string,
  parts: WireParts,
  started: NodeProcess,
  end: () => Promise<void>,
): Omit<WireStack, 'reader' | 'logDirectory'> {
  const { bus, addresses, frontDoor, firestore, pubsub } = parts
  const broken = new AbortController()
  /** Those whose end would be no news. */
  const dismissed = new Set<Child['ended']>()
  let functions = started

  function watch(name: string, child: Pick<Child, 'ended' | 'logFile'> | undefined): void {
    if (child) void reportEnd(name, child)
  }
  async function reportEnd(
    name: string,
    { ended, logFile }: Pick<Child, 'ended' | 'logFile'>,
  ): Promise<void> {
    const how = await ended
    if (dismissed.has(ended) || broken.signal.aborted) return
    // Killed from outside, its log says nothing of it.
    const log = how.startsWith('SIG') ? '' : await tailOf(logFile)
    broken.abort(new PartFailedError(`the ${name} ended (${how}): start the stack again`, log))
  }
  watch('Firestore emulator', firestore.process)
  watch('Pub/Sub emulator', pubsub.process)
  watch('cloud process', parts.cloud)
  watch('functions process', functions)

  return {
    parts: { firestore: 'emulator', pubsub: 'emulator', kubernetes: 'embedded' },
    project,
    endpoints: {
      FIRESTORE_EMULATOR_HOST: firestore.host,
      PUBSUB_EMULATOR_HOST: pubsub.host,
      functions: frontDoor,
      ...addresses,
    },
    broken: broken.signal,
    publish: (topic, data) => bus.publish(topic, { data, attributes: {} }),
    workspaces: () => emulatedWorkspaces(clock, firestore.host, project),
    async counts() {
      const answer = await callLoopback(clock, { url: `${frontDoor}/counts` })
      if (typeof answer !== 'object')
        throw new CallError('unavailable', `${frontDoor}/counts answered nothing`)
      // The functions host's own counts; what an older one does not know is zero.
      return { ...noCounts(), ...(answer as Partial<Counts>) }
    },
    async resources() {
      return Resources.parse(await callLoopback(clock, { url: `${addresses.control}/resources` }))
        .resources
    },
    async setDriver(setting) {
      await callLoopback(clock, { url: `${addresses.control}/drivers`, body: setting })
    },
    processes: () => processesOf(parts, functions),
    async killFunctions() {
      dismissed.add(functions.ended)
      await functions.kill()
    },
    async startFunctions() {
      functions = await parts.startFunctions()
      watch('functions process', functions)
    },
    async stop() {
      for (const child of [firestore.process, pubsub.process, parts.cloud, functions])
        if (child) dismissed.add(child.ended)
      await end()
    },
  }
}

async function processesOf(
  { firestore, pubsub, cloud }: WireParts,
  functions: NodeProcess,
): Promise<StackProcess[]> {
  const all = [
    {
      name: 'Firestore emulator',
      pid: firestore.process?.pid,
      readyAfterMs: firestore.readyAfterMs,
    },
    { name: 'Pub/Sub emulator', pid: pubsub.process?.pid, readyAfterMs: pubsub.readyAfterMs },
    cloud,
    functions,
  ]
  return await Promise.all(
    all.map(async ({ name, pid, readyAfterMs }) => ({
      name,
      readyAfterMs,
      memoryMb: pid === undefined ? undefined : await groupMemoryMb(pid),
    })),
  )
}
