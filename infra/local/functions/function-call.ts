// Calls of functions over HTTP, each function at a server of its own: over kept connections, what is sent passed on byte for
// byte, no more at a time than its instances would take, and never without a limit.
import type { Clock } from '../../../shared/ports.ts'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { CallError } from '../../../shared/call-error.ts'

export interface FunctionRequest {
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface FunctionAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Resolves with what the function answered, whatever that is. Throws `unavailable`. */
export type CallFunction = (name: string, request: FunctionRequest) => Promise<FunctionAnswer>

export interface FunctionServer {
  readonly port: number
  /** Calls at a time; more wait, oldest first. */
  readonly parallel: number
  /** Milliseconds for one call. */
  readonly limitMs: number
}

export interface FunctionCaller {
  readonly call: CallFunction
  /** Calls under way or waiting. */
  running(): number
  close(): void
}

export function functionCaller(
  clock: Clock,
  servers: ReadonlyMap<string, FunctionServer>,
): FunctionCaller {
  const agents = new Map([...servers].map(([name]) => [name, new Agent({ keepAlive: true })]))
  const lanes = new Map([...servers].map(([name, { parallel }]) => [name, lane(parallel)]))
  let running = 0
  return {
    running: () => running,
    async call(name, given) {
      const server = servers.get(name)
      const through = lanes.get(name)
      if (!server || !through) throw new CallError('not-found', `there is no function "${name}"`)
      running++
      try {
        return await through(() => send(clock, name, server, agents.get(name), given))
      } finally {
        running--
      }
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

/** Lets so many through at a time, in the order they came. */
function lane(parallel: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = parallel
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The place goes to the next in line, or is free.
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}

function send(
  clock: Clock,
  name: string,
  { port, limitMs }: FunctionServer,
  agent: Agent | undefined,
  { path, headers, body }: FunctionRequest,
): Promise<FunctionAnswer> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      callOff()
      reject(new CallError('unavailable', `function "${name}" did not answer`, { cause: error }))
    }
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path,
        headers: { ...headers, 'content-length': body.length },
        ...(agent && { agent }),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', refuse)
        response.once('end', () => {
          callOff()
          const answer = { headers: response.headers, body: Buffer.concat(chunks) }
          resolve({ status: response.statusCode ?? 500, ...answer })
        })
      },
    )
    const callOff = clock.after(limitMs, () =>
      sent.destroy(new Error(`no answer within ${limitMs} ms`)),
    )
    sent.once('error', refuse)
    sent.end(body)
  })
}
