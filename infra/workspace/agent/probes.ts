// What the kubelet asks the agent: whether it is alive, which whoever answers is, and whether it is ready, which it is while
// its lists are complete and the Lease is its own. Nothing is told that others could use.
import { createServer } from 'node:http'
import { AGENT_HEALTH } from '../../../shared/manifests/agent.ts'
import type { Agent } from './agent.ts'

export interface Probes {
  stop(): Promise<void>
}

/** Rejects when the port is taken. */
export async function answerProbes(agent: Pick<Agent, 'isReady'>, host: string): Promise<Probes> {
  const server = createServer((request, response) => {
    const status = statusOf(agent, request.url)
    response.writeHead(status, { 'content-type': 'text/plain' }).end(status === 200 ? 'ok' : 'no')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(AGENT_HEALTH.port, host, resolve)
  })
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function statusOf(agent: Pick<Agent, 'isReady'>, path: string | undefined): number {
  if (path === AGENT_HEALTH.live) return 200
  if (path === AGENT_HEALTH.ready) return agent.isReady() ? 200 : 503
  return 404
}
