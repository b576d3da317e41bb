// The functions framework: each function is registered under its name, and served by the platform's own start command or,
// locally, by a server of its own in one process. The only importer of its package.
import type { Server } from 'node:http'
import { cloudEvent, http, type HttpFunction } from '@google-cloud/functions-framework'

/** A function that events wake. */
export function registerEvents(name: string, run: (occurrence: unknown) => Promise<void>): void {
  cloudEvent(name, run)
}

/** A function that is called over HTTP. */
export function registerCalls(name: string, run: HttpFunction): void {
  http(name, run)
}

/** The framework's server of a function that was registered; not listening yet. */
export async function serverOf(name: string): Promise<Server> {
  const { getTestServer } = (await import('@google-cloud/functions-framework/testing')).default
  return getTestServer(name)
}
