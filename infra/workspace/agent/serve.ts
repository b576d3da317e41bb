// Puts an endpoint of the agent on a port of its pod.
import { createServer, type RequestListener } from 'node:http'
import type { Endpoint } from './session-endpoint.ts'

export interface Serving {
  /** Ends open connections too. */
  stop(): Promise<void>
}

/** Rejects when the port is taken. */
export async function serve(endpoint: Endpoint, port: number, host: string): Promise<Serving> {
  const server = createServer(alone(endpoint))
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

/** What a server does that has this endpoint only. */
export function alone(endpoint: Endpoint): RequestListener {
  return (request, response) => {
    void endpoint(request, response).then((isMine) => isMine || response.writeHead(404).end())
  }
}
