// The functions host: every function behind its own server, the front door before them, the triggers registered and proved.
import { deliveryPolicy } from '../../../functions/delivery.ts'
import { CallError } from '../../../shared/call-error.ts'
import { seconds } from '../../../shared/domain/time.ts'
import type { Log } from '../../../shared/ports.ts'
import type { Config } from '../../../shared/runtime/config.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import type { RealClock } from '../clock.ts'
import { eventDelivery, overHttp } from './event-delivery.ts'
import { type FrontDoor, openFrontDoor } from './front-door.ts'
import { type CallFunction, functionCaller, type FunctionRequest } from './function-call.ts'
import { rows, startFunctionServers } from './function-servers.ts'
import { openTriggers, PROBE_KEY, triggerTargets } from './triggers.ts'

export interface FunctionsProcess {
  readonly port: number
  /** Looks at everything that is due, as the Scheduler's tick does. */
  sweep(): Promise<void>
  /** Takes nothing more, and lets what runs end for a moment. */
  stop(): Promise<void>
}

/** Given to invocations that run when the process is told to end. */
const END_LIMIT = seconds(2)
const END_LOOK_MS = 20

/**
 * `bundles`: a directory with the functions as they are deployed, in place of their sources. Throws, in one line that says
 * what to do, when the triggers do not work or the port is taken.
 */
export async function startFunctions(
  config: Config,
  clock: RealClock,
  log: Log,
  bundles?: string,
): Promise<FunctionsProcess> {
  const { project, firestoreEmulator } = config
  if (firestoreEmulator === undefined)
    throw new CallError(
      'invalid',
      'FIRESTORE_EMULATOR_HOST is not set: the emulator wakes functions',
    )
  // Loaded while the front door opens and the triggers are proved.
  const starting = startFunctionServers(bundles).then((started) => ({
    caller: functionCaller(clock, started.servers),
    started,
  }))
  starting.catch(() => undefined)
  const call: CallFunction = async (name, request) => (await starting).caller.call(name, request)
  const events = eventDelivery(clock, overHttp(call), deliveryPolicy, log)
  const probes = probeBell()
  const door = await openDoor(config, {
    call,
    counts: async () => (await starting).started.counts(),
    trigger(key, event) {
      if (key === PROBE_KEY) return probes.ring(event)
      const target = triggerTargets.get(key)
      if (target !== undefined) events.take(target, event)
      return target !== undefined
    },
  })
  const frontDoor = `127.0.0.1:${door.port}`
  const { probeArrived } = probes
  await Promise.all([
    starting,
    openTriggers({ clock, emulator: firestoreEmulator, project, frontDoor, probeArrived }),
  ])
  const { caller, started } = await starting
  return {
    port: door.port,
    async sweep() {
      // The next tick comes anyway.
      await call('sweep', tick(project)).catch((error: unknown) =>
        log('WARNING', 'the first sweep was cut off', { error: textOf(error) }),
      )
    },
    async stop() {
      door.shut()
      events.stop()
      const end = clock.now() + END_LIMIT
      while (caller.running() > 0 && clock.now() < end) await clock.sleep(END_LOOK_MS)
      door.close()
      caller.close()
      started.close()
      clock.stop()
    },
  }
}

async function openDoor(
  { project, port = 0 }: Config,
  takers: {
    readonly call: CallFunction
    readonly counts: () => Promise<object>
    readonly trigger: (key: string, event: FunctionRequest) => boolean
  },
): Promise<FrontDoor> {
  try {
    return await openFrontDoor({ project, port, rows, ...takers })
  } catch (error) {
    throw new CallError(
      'unavailable',
      `port ${port} of 127.0.0.1 cannot be had: set KINDLING_PORT to a free one`,
      { cause: error },
    )
  }
}

/** Tells who waits for a probe document that its creation has been heard of. */
function probeBell() {
  const arrived = new Set<string>()
  const waiting = new Map<string, () => void>()
  return {
    ring({ headers }: FunctionRequest): boolean {
      const id = (headers['ce-subject'] ?? '').split('/').at(-1) ?? ''
      arrived.add(id)
      waiting.get(id)?.()
      return true
    },
    probeArrived: (id: string): Promise<void> =>
      new Promise((resolve) => (arrived.has(id) ? resolve() : void waiting.set(id, resolve))),
  }
}

/** The message of the Scheduler's tick, as Pub/Sub would push it. */
function tick(project: string): FunctionRequest {
  const message = { messageId: 'start', data: Buffer.from('{}').toString('base64') }
  return {
    path: `/projects/${project}/topics/sweep`,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ subscription: 'start', message })),
  }
}
