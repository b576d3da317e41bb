// Every function of the manifest, from its own source or bundled as it is deployed, each behind a server of the functions
// framework, all in this process.
import type { Server } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type FunctionName, type FunctionRow, manifest } from '../../../functions/manifest.ts'
import { serverOf } from '../../../shared/clients/functions-framework.ts'
import { type Counts, countsTogether, noCounts } from '../../../shared/runtime/counts.ts'
import { processCounts } from '../../../shared/runtime/function.ts'
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
  /** What all functions have cost together. */
  counts(): Counts
  close(): void
}

/** A function that has been loaded. */
interface Loaded {
  readonly server: Server
  /** Of its own module, or of all functions where they share one. */
  readonly counts: Counts
}

/** `bundles`: a directory with a bundle of each function, in place of their sources. */
export async function startFunctionServers(bundles: string | undefined): Promise<FunctionServers> {
  const load = bundles === undefined ? loadSource : (name: string) => loadBundle(bundles, name)
  const started = await Promise.all(
    functionNames.map(async (name) => {
      const { server, counts } = await load(name)
      // Connections are kept as long as the front door keeps them.
      server.keepAliveTimeout = 0
      return { name, counts, listening: await listenOnLoopback(server) }
    }),
  )
  const counted = new Set(started.map(({ counts }) => counts))
  return {
    servers: new Map(started.map(({ name, listening }) => [name, reachable(name, listening)])),
    counts: () => [...counted].reduce(countsTogether, noCounts()),
    close() {
      for (const { listening } of started) void listening.close()
    },
  }
}

/** Registers the function, as the framework does when it loads a function's source. */
async function loadSource(name: string): Promise<Loaded> {
  await import(`../../../functions/${name}/index.ts`)
  return { server: await serverOf(name), counts: processCounts }
}

async function loadBundle(directory: string, name: string): Promise<Loaded> {
  // What infra/bundle/function-entry.ts exports.
  return (await import(pathToFileURL(join(directory, `${name}.mjs`)).href)) as Loaded
}

function reachable(name: FunctionName, { port }: Listening): FunctionServer {
  const { concurrency, timeoutS } = rows[name]
  return { port, parallel: concurrency * INSTANCES, limitMs: seconds(timeoutS) + GRACE }
}
