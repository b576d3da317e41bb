// Every function of the manifest from its own source, each behind a server of the functions framework, all in this process.
import { type FunctionName, type FunctionRow, manifest } from '../../../functions/manifest.ts'
import { serverOf } from '../../../shared/clients/functions-framework.ts'
import { seconds } from '../../../shared/domain/time.ts'
import { type Listening, listenOnLoopback } from '../loopback/listen.ts'
import type { FunctionServer } from './function-call.ts'

export const rows: Readonly<Record<FunctionName, FunctionRow>> = manifest
export const functionNames = Object.keys(manifest) as FunctionName[]

/** Where the platform would start more instances, this process takes as much as so many of them. */
const INSTANCES = 5
/** Beyond a function's own time-out, when it should have answered by itself. */
const GRACE = seconds(10)

export interface FunctionServers {
  readonly servers: ReadonlyMap<FunctionName, FunctionServer>
  close(): void
}

/** Registers each function, as the framework does when it loads a function's source. */
export async function startFunctionServers(): Promise<FunctionServers> {
  const started = await Promise.all(functionNames.map((name) => startServer(name)))
  return {
    servers: new Map(started.map(({ name, listening }) => [name, reachable(name, listening)])),
    close() {
      for (const { listening } of started) void listening.close()
    },
  }
}

async function startServer(
  name: FunctionName,
): Promise<{ name: FunctionName; listening: Listening }> {
  await import(`../../../functions/${name}/index.ts`)
  const server = await serverOf(name)
  // Connections are kept as long as the front door keeps them.
  server.keepAliveTimeout = 0
  return { name, listening: await listenOnLoopback(server) }
}

function reachable(name: FunctionName, { port }: Listening): FunctionServer {
  const { concurrency, timeoutS } = rows[name]
  return { port, parallel: concurrency * INSTANCES, limitMs: seconds(timeoutS) + GRACE }
}
