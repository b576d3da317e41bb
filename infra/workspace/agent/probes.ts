// What the kubelet asks the agent: whether it is alive, which whoever answers is, and whether it is ready, which it is while
// its lists are complete and the Lease is its own. For a server to mount.
import { AGENT_HEALTH } from '../../../shared/manifests/agent.ts'
import type { Agent } from './agent.ts'
import type { Endpoint } from './session-endpoint.ts'

export function probeEndpoint(agent: Pick<Agent, 'isReady'>): Endpoint {
  const statusOf = (path: string | undefined): number | undefined => {
    if (path === AGENT_HEALTH.live) return 200
    if (path === AGENT_HEALTH.ready) return agent.isReady() ? 200 : 503
    return undefined
  }
  return async (request, response) => {
    const status = statusOf(request.url)
    if (status === undefined) return false
    response.writeHead(status, { 'content-type': 'text/plain' })
    response.end(status === 200 ? 'ok' : 'not ready')
    return true
  }
}
