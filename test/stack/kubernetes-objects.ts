// What is in the simulated GKE clusters of a stack on the wire: listed, and watched, over HTTP.
import { z } from 'zod'
import type { KubernetesObject } from '../../shared/manifests/object.ts'

const Endpoints = z.object({ endpoints: z.array(z.string()) })
const headers = { authorization: 'Bearer system:masters' }

/** `cloud`: the root of the cloud's control endpoint. */
export async function endpointsOf(cloud: string): Promise<string[]> {
  return Endpoints.parse(await (await fetch(`${cloud}/kubernetes`)).json()).endpoints
}

/** Of one kind in all namespaces, by the plural that its path has. */
export async function objectsAt(endpoint: string, plural: string): Promise<KubernetesObject[]> {
  const answer = await fetch(`http://${endpoint}/api/v1/${plural}`, { headers })
  if (!answer.ok) throw new Error(`${endpoint}/${plural} answered ${answer.status}`)
  // The server is of this very source.
  return ((await answer.json()) as { items: KubernetesObject[] }).items
}

export interface ObjectEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubernetesObject
}

/** Calls back for every pod that is there, and each of its changes, until the signal. */
export async function watchPods(
  endpoint: string,
  signal: AbortSignal,
  take: (event: ObjectEvent) => void,
): Promise<void> {
  const url = `http://${endpoint}/api/v1/pods?watch=1&timeoutSeconds=1200`
  const response = await fetch(url, { signal, headers })
  if (!response.ok || !response.body) throw new Error(`the watch answered ${response.status}`)
  let rest = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    // The server is of this very source.
    for (const line of lines) if (line !== '') take(JSON.parse(line) as ObjectEvent)
  }
}
