// What is asked of a stack on the wire while it runs, and the watch over its processes.
import type { Clock } from '../../../shared/ports.ts'
import { z } from 'zod'
import { CallError } from '../../../shared/call-error.ts'
import { type Counts, noCounts } from '../../../shared/runtime/counts.ts'
import { callLoopback } from '../loopback/loopback-call.ts'
import { emulatedWorkspaces } from './emulated-workspaces.ts'
import { faultsAt } from './fault-control.ts'
import { sessionsAt } from './session-control.ts'
import type { KubernetesChoice } from './kubernetes-choice.ts'
import type { NodeProcess } from './node-process.ts'
import { groupMemoryMb } from './process-memory.ts'
import type { Stack, StackProcess, StackReader } from './stack.ts'
import type { WireParts } from './wire-parts.ts'
import { watchProcesses } from './watch-processes.ts'

export interface WireStack extends Stack {
  /** Ends the functions as a crash does. */
  killFunctions(): Promise<void>
  /** Starts them again, on the same port. */
  startFunctions(): Promise<void>
  /** Each process's log is a file in it. */
  readonly logDirectory: string
}

const Resources = z.object({ resources: z.array(z.string()) })

export interface Running {
  readonly clock: Clock
  readonly project: string
  readonly parts: WireParts
  readonly kubernetes: KubernetesChoice
  readonly functions: NodeProcess
  readonly reader: StackReader
  readonly logDirectory: string
  /** Ends all processes and removes what they kept. */
  readonly end: () => Promise<void>
}

export function wireStack(running: Running): WireStack {
  const { clock, project, parts, kubernetes, end } = running
  const { bus, addresses, frontDoor, firestore, pubsub } = parts
  const guard = watchProcesses()
  let { functions } = running
  guard.watch('Firestore emulator', firestore.process)
  guard.watch('Pub/Sub emulator', pubsub.process)
  guard.watch('cloud process', parts.cloud)
  guard.watch('functions process', functions)

  return {
    parts: { firestore: 'emulator', pubsub: 'emulator', kubernetes },
    project,
    endpoints: {
      FIRESTORE_EMULATOR_HOST: firestore.host,
      PUBSUB_EMULATOR_HOST: pubsub.host,
      functions: frontDoor,
      gke: addresses.gke,
      compute: addresses.compute,
      cloud: addresses.control,
    },
    broken: guard.broken,
    reader: running.reader,
    logDirectory: running.logDirectory,
    publish: (topic, data) => bus.publish(topic, { data, attributes: {} }),
    async call(name, body) {
      await callLoopback(clock, { url: `${frontDoor}/call/${name}`, body })
    },
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
    ...sessionsAt(clock, addresses.control),
    faults: faultsAt(clock, addresses.control),
    processes: () => processesOf(parts, functions),
    async killFunctions() {
      guard.dismiss(functions)
      await functions.kill()
    },
    async startFunctions() {
      functions = await parts.startFunctions()
      guard.watch('functions process', functions)
    },
    async stop() {
      for (const child of [firestore.process, pubsub.process, parts.cloud, functions])
        guard.dismiss(child)
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
      pid,
      readyAfterMs,
      memoryMb: pid === undefined ? undefined : await groupMemoryMb(pid),
    })),
  )
}
