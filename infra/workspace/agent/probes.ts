// What the kubelet asks the agent: whether it is alive, which whoever answers is, and whether it is ready, which it is while
// its lists are complete and the Lease is its own. Nothing is told that others could use.
import { AGENT_HEALTH } from '../../../shared/manifests/agent.ts'
import type { Agent } from './agent.ts'
import { serve, type Serving } from './serving.ts'

/** Rejects when the port is taken. */
export function answerProbes(agent: Pick<Agent, 'isReady'>, host: string): Promise<Serving> {
  return serve(
    (request, response) => {
      const status = statusOf(agent, request.url)
      response.writeHead(status, { 'content-type': 'text/plain' }).end(status === 200 ? 'ok' : 'no')
    },
    AGENT_HEALTH.port,
    host,
  )
}

function statusOf(agent: Pick<Agent, 'isReady'>, path: string | undefined): number {
  if (path === AGENT_HEALTH.live) return 200
  if (path === AGENT_HEALTH.ready) return agent.isReady() ? 200 : 503
  return 404
}
