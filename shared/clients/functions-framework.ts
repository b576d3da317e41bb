// The functions framework: each function is registered under its name, and served by the platform's own start command or,
// locally, by a server of its own in one process. The only importer of its package.
import type { Server } from 'node:http'
import { cloudEvent, http, type HttpFunction } from '@google-cloud/functions-framework'

/**
 * A function that events wake. It leaves the `domain` that the framework calls it in: Node would follow each of its promises
 * for it, which is a quarter of what a busy function does. What is thrown where nobody waits ends the process, and its
 * deliveries come again.
 */
export function registerEvents(name: string, run: (occurrence: unknown) => Promise<void>): void {
  cloudEvent(name, (occurrence: unknown) => {
    // Node's types leave `domain` out.
    const entered = Reflect.get(process, 'domain') as { exit(): void } | null | undefined
    entered?.exit()
    return run(occurrence)
  })
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
