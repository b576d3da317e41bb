// The faults of a stack's simulated cloud over loopback HTTP: the routes of those who have it, and the client of those who
// are elsewhere. The cloud process and the control endpoint of a stack answer the same three.
import type { Clock } from '../../../shared/ports.ts'
import { z } from 'zod'
import type { FaultBoard, ListedFault } from '../google-cloud/faults/fault-board.ts'
import { ClearRequest, FaultRequest } from '../google-cloud/faults/read-fault.ts'
import { callLoopback } from '../loopback/loopback-call.ts'
import type { Routes } from '../loopback/loopback-server.ts'
import { parseBody } from '../loopback/parse-body.ts'

type Parameters = Readonly<Record<string, unknown>>

/** The faults of whatever cloud a stack has. Values may be text. Errors are those of the board. */
export interface StackFaults {
  /** Answers a line that says what holds now, or what has happened. */
  set(name: string, parameters?: Parameters): Promise<string>
  /** Answers how many were cleared. */
  clear(name?: string, parameters?: Parameters): Promise<number>
  list(): Promise<readonly ListedFault[]>
}

export function boardFaults(board: FaultBoard): StackFaults {
  return {
    set: (name, parameters = {}) => board.setGiven(name, parameters),
    clear: async (name, parameters) => board.clear(name, parameters),
    list: async () => board.list(),
  }
}

export function faultRoutes(faults: StackFaults): Routes {
  return {
    'GET /faults': async () => ({ faults: await faults.list() }),
    'POST /faults': async ({ body }) => {
      const { name, parameters } = parseBody(FaultRequest, body)
      return { says: await faults.set(name, parameters) }
    },
    'POST /faults/clear': async ({ body }) => {
      const { name, parameters } = parseBody(ClearRequest, body ?? {})
      return { cleared: await faults.clear(name, parameters) }
    },
  }
}

const Says = z.object({ says: z.string() })
const Cleared = z.object({ cleared: z.number() })

/** `base`: `http://127.0.0.1:PORT`. */
export function faultsAt(clock: Clock, base: string): StackFaults {
  const call = (path: string, body?: object): Promise<unknown> =>
    callLoopback(clock, { url: new URL(path, base).href, ...(body && { body }) })
  return {
    set: async (name, parameters = {}) =>
      Says.parse(await call('/faults', { name, parameters })).says,
    clear: async (name, parameters = {}) =>
      Cleared.parse(await call('/faults/clear', { name, parameters })).cleared,
    // The server is this same source.
    list: async () => ((await call('/faults')) as { faults: readonly ListedFault[] }).faults,
  }
}
