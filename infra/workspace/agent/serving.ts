// Listens on a port of the agent's pod, and ends with all its connections.
import { createServer, type RequestListener } from 'node:http'

export interface Serving {
  stop(): Promise<void>
}

/** Rejects when the port is taken. */
export async function serve(
  listener: RequestListener,
  port: number,
  host: string,
): Promise<Serving> {
  const server = createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
